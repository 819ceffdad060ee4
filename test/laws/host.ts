/** What every Host keeps to with files: the fake one here, the real one under a directory of its own and inside a machine. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import type { Host } from '../../agent/host/host.ts';
import { VentError } from '../../shared/errors.ts';

export interface HostFixture {
  readonly host: Host;
  /** `user:group` that files are made with: root's, or whoever runs the test. */
  readonly owner: string;
  close(): Promise<void>;
}

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

async function* chunksOf(bytes: Uint8Array, offset: number, until = bytes.length): AsyncGenerator<Uint8Array> {
  for (let at = offset; at < until; at += 4) yield bytes.slice(at, Math.min(at + 4, until));
  if (until < bytes.length) throw new Error('the connection was cut');
}

/** @param open gives an empty machine; every law has a directory of its own under /etc/vent */
export function describeHost(name: string, open: () => Promise<HostFixture>): void {
  describe(`laws of a host: ${name}`, () => {
    let fixture: HostFixture;
    before(async () => {
      fixture = await open();
    });
    after(() => fixture.close());
    describeReads(() => fixture);
    describeWrites(() => fixture);
    describeRemovals(() => fixture);
    describeParents(() => fixture);
    describeStore(() => fixture);
    describeWatch(() => fixture);
  });
}

function describeReads(fixture: () => HostFixture): void {
  it('gives undefined or nothing for what is not there', async () => {
    const { files } = fixture().host;
    const path = '/etc/vent/nothing/here';
    assert.equal(await files.read(path), undefined);
    assert.equal(await files.stat(path), undefined);
    assert.equal(await files.digest(path), undefined);
    assert.deepEqual(await files.list(path), []);
    assert.ok((await files.freeBytes(path)) > 0, 'the nearest existing parent is asked');
  });

  it('lists names, sorted', async () => {
    const { host, owner } = fixture();
    for (const name of ['b', 'a', 'c'])
      await host.files.write(`/etc/vent/list/${name}`, text(name), { mode: '0644', owner });
    assert.deepEqual(await host.files.list('/etc/vent/list'), ['a', 'b', 'c']);
  });

  it('does not follow a link at the end when asked what is there', async () => {
    const { files } = fixture().host;
    await files.link('/etc/vent/stat/link', '/etc/vent/stat/target');
    const stat = await files.stat('/etc/vent/stat/link');
    assert.equal(stat?.type, 'symlink');
    assert.equal(stat.target, '/etc/vent/stat/target');
  });
}

function describeWrites(fixture: () => HostFixture): void {
  it('gives back what was written, with its mode, owner, size and digest (property)', async () => {
    const { host, owner } = fixture();
    const modes = fc.constantFrom('0600', '0644', '0755', '0400');
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), modes, async (bytes, mode) => {
        await host.files.write('/etc/vent/write/x', bytes, { mode, owner });
        assert.deepEqual(new Uint8Array((await host.files.read('/etc/vent/write/x')) ?? []), bytes);
        assert.equal(await host.files.digest('/etc/vent/write/x'), hashOf(bytes));
        const stat = await host.files.stat('/etc/vent/write/x');
        assert.deepEqual(stat, { type: 'file', mode, owner, size: bytes.length });
        assert.deepEqual(await host.files.list('/etc/vent/write'), ['x'], 'nothing is left beside it');
      }),
      { numRuns: 25 },
    );
  });

  it('adds to the end of a file, and makes it with the attributes asked for', async () => {
    const { host, owner } = fixture();
    await host.files.append('/etc/vent/append/x', text('one\n'), { mode: '0600', owner });
    await host.files.append('/etc/vent/append/x', text('two\n'), { mode: '0644', owner });
    assert.equal(new TextDecoder().decode(await host.files.read('/etc/vent/append/x')), 'one\ntwo\n');
    assert.equal((await host.files.stat('/etc/vent/append/x'))?.mode, '0600');
    await host.files.link('/etc/vent/append/link', '/etc/vent/append/x');
    await assert.rejects(host.files.append('/etc/vent/append/link', text('three'), { mode: '0600', owner }));
  });

  it('makes missing parents 0755', async () => {
    const { host, owner } = fixture();
    await host.files.write('/etc/vent/made/deep/x', text('x'), { mode: '0600', owner });
    assert.equal((await host.files.stat('/etc/vent/made'))?.mode, '0755');
    assert.equal((await host.files.stat('/etc/vent/made/deep'))?.mode, '0755');
  });

  it('replaces a link in the file’s place instead of writing through it', async () => {
    const { host, owner } = fixture();
    await host.files.write('/etc/vent/replace/target', text('old'), { mode: '0644', owner });
    await host.files.link('/etc/vent/replace/x', '/etc/vent/replace/target');
    await host.files.write('/etc/vent/replace/x', text('new'), { mode: '0644', owner });
    assert.equal((await host.files.stat('/etc/vent/replace/x'))?.type, 'file');
    assert.deepEqual(await host.files.digest('/etc/vent/replace/target'), hashOf(text('old')));
  });

  it('makes directories, again and again, with the attributes asked for', async () => {
    const { host, owner } = fixture();
    for (const mode of ['0755', '0700', '0700']) {
      await host.files.makeDirectory('/etc/vent/directory', { mode, owner });
      assert.equal((await host.files.stat('/etc/vent/directory'))?.mode, mode);
    }
  });

  it('sets attributes and leaves the content', async () => {
    const { host, owner } = fixture();
    await host.files.write('/etc/vent/attributes/x', text('x'), { mode: '0644', owner });
    await host.files.setAttributes('/etc/vent/attributes/x', { mode: '0600', owner });
    assert.equal((await host.files.stat('/etc/vent/attributes/x'))?.mode, '0600');
    assert.equal(await host.files.digest('/etc/vent/attributes/x'), hashOf(text('x')));
  });

  it('switches a link', async () => {
    const { files } = fixture().host;
    for (const target of ['/opt/vent/a', '/opt/vent/b']) {
      await files.link('/etc/vent/switch/x', target);
      assert.equal((await files.stat('/etc/vent/switch/x'))?.target, target);
    }
  });
}

function describeRemovals(fixture: () => HostFixture): void {
  it('removes files, links, empty directories and what is not there, but no full directory', async () => {
    const { host, owner } = fixture();
    await host.files.write('/etc/vent/remove/deep/x', text('x'), { mode: '0644', owner });
    await assert.rejects(host.files.remove('/etc/vent/remove/deep'));
    assert.deepEqual(await host.files.list('/etc/vent/remove/deep'), ['x']);
    for (const path of ['/etc/vent/remove/deep/x', '/etc/vent/remove/deep', '/etc/vent/remove/none'])
      await host.files.remove(path);
    assert.deepEqual(await host.files.list('/etc/vent/remove'), []);
  });

  it('removes a tree without following links out of it', async () => {
    const { host, owner } = fixture();
    await host.files.write('/etc/vent/outside/x', text('x'), { mode: '0644', owner });
    await host.files.write('/etc/vent/tree/deep/x', text('x'), { mode: '0644', owner });
    await host.files.link('/etc/vent/tree/deep/out', '/etc/vent/outside');
    await host.files.removeTree('/etc/vent/tree');
    await host.files.removeTree('/etc/vent/tree');
    assert.equal(await host.files.stat('/etc/vent/tree'), undefined);
    assert.deepEqual(await host.files.list('/etc/vent/outside'), ['x']);
  });
}

function describeParents(fixture: () => HostFixture): void {
  it('refuses every write through a link in a parent, and writes nothing behind it', async () => {
    const { host, owner } = fixture();
    const attributes = { mode: '0644', owner };
    const { files } = host;
    await files.write('/etc/vent/real/x', text('x'), attributes);
    await files.link('/etc/vent/door', '/etc/vent/real');
    const bytes = text('other');
    const expected = { sha256: hashOf(bytes), size: bytes.length };
    const attempts = [
      () => files.write('/etc/vent/door/x', bytes, attributes),
      () => files.write('/etc/vent/door/deep/y', bytes, attributes),
      () => files.makeDirectory('/etc/vent/door/directory', attributes),
      () => files.setAttributes('/etc/vent/door/x', { mode: '0777', owner }),
      () => files.link('/etc/vent/door/link', '/etc/passwd'),
      () => files.store('/etc/vent/door/stored', () => chunksOf(bytes, 0), expected, attributes),
      () => files.remove('/etc/vent/door/x'),
      () => files.removeTree('/etc/vent/door/x'),
    ];
    for (const attempt of attempts) await assert.rejects(attempt(), { code: 'PATH_REFUSED' });
    assert.deepEqual(await files.list('/etc/vent/real'), ['x']);
    assert.equal((await files.stat('/etc/vent/real/x'))?.mode, '0644');
    assert.equal(await files.digest('/etc/vent/real/x'), hashOf(text('x')));
  });
}

function describeStore(fixture: () => HostFixture): void {
  const bytes = text('twenty-six bytes of a file');
  const expected = { sha256: hashOf(bytes), size: bytes.length };

  it('stores what has the expected size and hash', async () => {
    const { host, owner } = fixture();
    const path = '/etc/vent/store/whole';
    await host.files.store(path, (offset) => chunksOf(bytes, offset), expected, { mode: '0755', owner });
    assert.equal(await host.files.digest(path), expected.sha256);
    assert.equal((await host.files.stat(path))?.mode, '0755');
    assert.equal(await host.files.stat(`${path}.part`), undefined);
  });

  it('goes on where a cut download ended', async () => {
    const { host, owner } = fixture();
    const path = '/etc/vent/store/resumed';
    const attributes = { mode: '0755', owner };
    await assert.rejects(host.files.store(path, (offset) => chunksOf(bytes, offset, 12), expected, attributes));
    assert.equal(await host.files.stat(path), undefined);
    const offsets: number[] = [];
    const open = (offset: number): AsyncIterable<Uint8Array> => {
      offsets.push(offset);
      return chunksOf(bytes, offset);
    };
    await host.files.store(path, open, expected, attributes);
    assert.deepEqual(offsets, [12]);
    assert.equal(await host.files.digest(path), expected.sha256);
  });

  it('refuses other bytes, more bytes and fewer bytes, and works again afterwards', async () => {
    const { host, owner } = fixture();
    const path = '/etc/vent/store/corrupt';
    const attributes = { mode: '0755', owner };
    const flipped = bytes.map((byte, index) => (index === 5 ? byte ^ 1 : byte));
    const longer = text('twenty-six bytes of a file and then some');
    const cases = [
      [flipped, /got SHA-256 [0-9a-f]{12}$/],
      [longer, /got more$/],
      [bytes.slice(0, 9), /got 9 bytes$/],
    ] as const;
    const wanted = `expected ${expected.size} bytes with SHA-256 ${expected.sha256.slice(0, 12)}, got `;
    for (const [wrong, words] of cases) {
      const attempt = host.files.store(path, (offset) => chunksOf(wrong, offset), expected, attributes);
      const failure: unknown = await attempt.catch((thrown: unknown) => thrown);
      assert.ok(failure instanceof VentError && failure.code === 'ARTIFACT_CORRUPT');
      assert.ok(failure.message.includes(wanted), failure.message);
      assert.match(failure.message, words);
      assert.equal(await host.files.stat(path), undefined);
    }
    await host.files.store(path, (offset) => chunksOf(bytes, offset), expected, attributes);
    assert.equal(await host.files.digest(path), expected.sha256);
  });
}

/** Collects names until one is as wanted; the kernel tells in its own time. */
function collect(): {
  readonly onChange: (name: string | undefined) => void;
  seen(name: string | undefined): Promise<void>;
} {
  const names = new Set<string | undefined>();
  const waiting = new Map<string | undefined, () => void>();
  return {
    onChange(name) {
      names.add(name);
      waiting.get(name)?.();
    },
    async seen(name) {
      if (names.has(name)) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.set(name, resolve);
      await promise;
    },
  };
}

function describeWatch(fixture: () => HostFixture): void {
  it('tells of what is made, changed and removed in a directory, until the signal aborts', {
    timeout: 10_000,
  }, async () => {
    const { host, owner } = fixture();
    await host.files.makeDirectory('/etc/vent/watch', { mode: '0755', owner });
    const ending = new AbortController();
    for (const change of [
      () => host.files.write('/etc/vent/watch/x', text('1'), { mode: '0644', owner }),
      () => host.files.setAttributes('/etc/vent/watch/x', { mode: '0600', owner }),
      () => host.files.remove('/etc/vent/watch/x'),
    ]) {
      const { onChange, seen } = collect();
      assert.equal(await host.files.watch('/etc/vent/watch', onChange, ending.signal), true);
      await change();
      await seen('x');
    }
    ending.abort();
  });

  it('says once that the watched directory is gone', { timeout: 10_000 }, async () => {
    const { host, owner } = fixture();
    await host.files.makeDirectory('/etc/vent/watched', { mode: '0755', owner });
    const { onChange, seen } = collect();
    const ending = new AbortController();
    assert.equal(await host.files.watch('/etc/vent/watched', onChange, ending.signal), true);
    await host.files.remove('/etc/vent/watched');
    await seen(undefined);
    ending.abort();
  });

  it('cannot watch what is not there', async () => {
    const { files } = fixture().host;
    assert.equal(await files.watch('/etc/vent/nowhere', () => undefined, new AbortController().signal), false);
  });
}
