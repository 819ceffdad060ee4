/** The script is kept in test/golden/userdata, to be read as what machines run; VENT_GOLDEN=write writes it anew. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parse } from 'yaml';
import { agentUnit } from '../../../coordinator/userdata/agent-unit.ts';
import { FORMATS, parseFormat, renderUserdata, type UserdataFormat } from '../../../coordinator/userdata/userdata.ts';
import { ROOT, SAMPLE } from './sample.ts';

const GOLDEN = new URL('../../golden/userdata/', import.meta.url);

const render = (format: UserdataFormat, input = SAMPLE): string => renderUserdata(input, format).get('user-data') ?? '';

/** Words that Packet's installer looks for anywhere in userdata, and acts on. */
const TRAPS = ['image_repo=', 'image_tag=', 'image_uri=', 'cpr_url=', 'verbose_logging='];

describe('userdata', () => {
  for (const [name, input] of [
    ['script.sh', SAMPLE],
    ['static.sh', { ...SAMPLE, deviceId: 'rack-1-machine-7' }],
  ] as const)
    it(`${name} is what was last reviewed`, async () => {
      const path = new URL(name, GOLDEN);
      if (process.env.VENT_GOLDEN === 'write') {
        await mkdir(GOLDEN, { recursive: true });
        await writeFile(path, render('script', input));
      }
      assert.equal(render('script', input), await readFile(path, 'utf8'));
    });

  for (const shell of ['dash', 'bash'])
    it(`is a script that ${shell} can read`, () => {
      const { status, stderr } = spawnSync(shell, ['-n'], { input: render('script') });
      assert.equal(status, 0, stderr.toString());
    });

  it('as cloud-config carries the whole script, and runs it from a place that is gone at the next boot', () => {
    const text = render('cloud-config');
    assert.ok(text.startsWith('#cloud-config\n'));
    const { write_files: files, runcmd } = parse(text);
    assert.equal(files.length, 1);
    const [{ path, permissions, content }] = files;
    assert.deepEqual([path, permissions], ['/run/vent/userdata.sh', '0600']);
    assert.equal(Buffer.from(content, 'base64').toString(), render('script'));
    assert.deepEqual(runcmd, [['sh', path]]);
  });

  it('as MIME is one shell script between the boundaries', () => {
    const [head = '', part = '', end] = render('mime').split('\n--=_vent_userdata');
    assert.match(head, /^MIME-Version: 1\.0\nContent-Type: multipart\/mixed; boundary="=_vent_userdata"\n$/);
    assert.equal(end, '--\n');
    assert.match(part, /^\nContent-Type: text\/x-shellscript; charset="us-ascii"\n/);
    assert.equal(part.slice(part.indexOf('\n\n') + 2), render('script'));
  });

  it('for NoCloud is the script and the id of the instance, without which it is refused', () => {
    const files = renderUserdata({ ...SAMPLE, deviceId: 'rack-1-machine-7' }, 'nocloud');
    assert.deepEqual([...files.keys()], ['user-data', 'meta-data']);
    assert.ok(files.get('user-data')?.startsWith('#!/bin/sh\n'));
    assert.deepEqual(parse(files.get('meta-data') ?? ''), { 'instance-id': 'rack-1-machine-7' });
    assert.throws(() => renderUserdata(SAMPLE, 'nocloud'), { code: 'INVALID_INPUT' });
  });

  it('in a format that is not known is refused', () => {
    for (const format of FORMATS) assert.equal(parseFormat(format), format);
    assert.throws(() => parseFormat('ignition'), { code: 'USAGE' });
  });

  it('holds no private key and no bundle, and none of the words that an installer would act on', () => {
    for (const format of FORMATS) {
      const text = render(format, { ...SAMPLE, deviceId: 'd' });
      for (const word of [...TRAPS, 'PRIVATE KEY', '.cjs']) assert.ok(!text.includes(word), `${format}: ${word}`);
      assert.match(text, /^[\n\x20-\x7e]*$/);
    }
  });
});

const label = fc.stringMatching(/^[a-z][a-z0-9]{0,62}$/);
const host = fc
  .array(label, { minLength: 1, maxLength: 4 })
  .map((labels) => labels.join('.').slice(0, 253).replace(/\.$/, ''));
const sizes = fc.record({
  addresses: fc.array(host, { minLength: 1, maxLength: 40 }),
  rootCount: fc.constantFrom(1, 2),
  name: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$/),
});

describe('the size of userdata', () => {
  it('is at most 16 KiB whatever goes in, or it is refused', () => {
    fc.assert(
      fc.property(sizes, fc.constantFrom(...FORMATS), ({ addresses, rootCount, name }, format) => {
        const input = {
          ...SAMPLE,
          artifactBase: `https://${addresses[0]}:7446`,
          enrolAddresses: addresses.map((address) => `${address}:7443`),
          roots: Array.from({ length: rootCount }, () => ROOT),
          clusterName: name,
          deviceId: name,
        };
        try {
          assert.ok(Buffer.byteLength(render(format, input)) <= 16_384);
        } catch (error) {
          assert.match(String(error), /cannot make userdata: user-data is \d+ bytes, more than 16384/);
        }
      }),
    );
  });

  it('leaves room for three coordinators and two roots in every format', () => {
    const three = ['a', 'b', 'c'].map((name) => `coordinator-${name}.${'x'.repeat(60)}.example.org:7443`);
    const input = { ...SAMPLE, enrolAddresses: three, roots: [ROOT, ROOT], deviceId: 'd'.repeat(128) };
    for (const format of FORMATS) assert.ok(render(format, input).length < 14_000, format);
  });
});

describe("the agent's unit", () => {
  it('notifies, restarts for ever, and lets V8 compile', () => {
    const unit = agentUnit();
    assert.match(unit, /^\[Unit\]\n[^[]*^StartLimitIntervalSec=0$/m);
    assert.match(unit, /^\[Service\]\nType=notify\n[^[]*^Restart=always$/m);
    assert.doesNotMatch(unit, /MemoryDenyWriteExecute|OOMScoreAdjust/);
  });
});
