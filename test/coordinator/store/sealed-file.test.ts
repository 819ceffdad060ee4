import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { createSealedFile, readSealedFile } from '../../../coordinator/store/sealed-file.ts';

const SEGMENT = 256 << 10;

describe('a sealed file', () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'vent-sealed-'));
  });
  after(() => rm(directory, { recursive: true }));

  async function write(content: Uint8Array, key: Uint8Array, step = 100_000): Promise<string> {
    const path = join(directory, randomBytes(4).toString('hex'));
    const writer = await createSealedFile(path, key);
    for (let at = 0; at < content.length; at += step) await writer.write(content.subarray(at, at + step));
    await writer.commit();
    await writer.discard();
    return path;
  }

  it('gives back what was written, of any length, and none of it in the clear', async () => {
    const key = randomBytes(32);
    for (const length of [0, 1, SEGMENT - 1, SEGMENT, SEGMENT + 1, 3 * SEGMENT, 700_000]) {
      const content = Buffer.alloc(length, 'a secret of the cluster ');
      const path = await write(content, key);
      assert.ok((await buffer(readSealedFile(path, key))).equals(content), String(length));
      assert.ok(!(await readFile(path)).includes('a secret'));
      assert.equal((await stat(path)).mode & 0o777, 0o600);
    }
  });

  it('is opened by its own key only', async () => {
    const path = await write(randomBytes(1000), randomBytes(32));
    await assert.rejects(buffer(readSealedFile(path, randomBytes(32))), { code: 'STORE_FAILED' });
  });

  it('does not open when it was cut, also between two segments, or a byte was changed, or segments change places', async () => {
    const key = randomBytes(32);
    const whole = await readFile(await write(randomBytes(3 * SEGMENT + 5), key));
    const header = whole.length - 3 * (SEGMENT + 16) - 21;
    const segment = (index: number): Buffer =>
      whole.subarray(header + index * (SEGMENT + 16), header + (index + 1) * (SEGMENT + 16));
    const changed = Buffer.from(whole);
    changed.writeUInt8(changed.readUInt8(header + SEGMENT + 100) ^ 1, header + SEGMENT + 100);
    const spoilt = [
      whole.subarray(0, header + 3 * (SEGMENT + 16)),
      whole.subarray(0, header + SEGMENT + 16),
      whole.subarray(0, -1),
      whole.subarray(0, header),
      whole.subarray(0, 3),
      Buffer.concat([whole, Buffer.alloc(1)]),
      changed,
      Buffer.concat([whole.subarray(0, header), segment(1), segment(0), segment(2), segment(3)]),
    ];
    for (const bytes of spoilt) {
      const path = join(directory, 'spoilt');
      await writeFile(path, bytes);
      await assert.rejects(buffer(readSealedFile(path, key)), { code: 'STORE_FAILED' }, String(bytes.length));
    }
  });

  it('leaves nothing when it is given up', async () => {
    const there = await readdir(directory);
    const writer = await createSealedFile(join(directory, 'none'), randomBytes(32));
    await writer.write(randomBytes(2 * SEGMENT));
    await writer.discard();
    assert.deepEqual(await readdir(directory), there);
  });
});
