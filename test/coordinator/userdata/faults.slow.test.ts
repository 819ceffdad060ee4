import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { issueServer } from './authority.ts';
import { type Bench, createBench } from './bench.ts';
import { missingMachine } from './machine.ts';
import { DEVICE } from './metadata.ts';

const agentPath = (bench: Bench): string => `opt/vent/agent/${bench.coordinator.agent.sha256.slice(0, 12)}/vent-agent`;

/** The agent is neither there nor started, and the facility knows why. */
async function assertRefused(bench: Bench, status: number, cause: RegExp): Promise<void> {
  assert.equal(status, 1);
  await assert.rejects(bench.machine.read(agentPath(bench)), { code: 'ENOENT' });
  assert.deepEqual(await bench.machine.calls('systemctl'), []);
  const last = JSON.parse(bench.metadata.states.at(-1) ?? '{}');
  assert.deepEqual([last.state, last.code], ['failed', 1002]);
  assert.match(last.message, cause);
}

const sum = (pauses: readonly string[]): number => pauses.reduce((total, pause) => total + Number(pause), 0);

describe('a download that goes wrong', { skip: missingMachine(), concurrency: 2 }, () => {
  it('goes on from the byte at which it was cut off', async () => {
    await using bench = await createBench();
    const { coordinator, machine } = bench;
    coordinator.cutNext(1);
    const { status, output } = await machine.run(bench.script());
    assert.equal(status, 0, output);
    const half = coordinator.agent.bytes.length / 2;
    const path = `GET /agent/sha256-${coordinator.agent.sha256}`;
    assert.deepEqual(coordinator.requests, [path, `${path} bytes=${half}-`]);
    assert.match(output, /cannot download the agent: curl: \(18\) .*; trying again in [12] s/);
    assert.equal((await machine.calls('sleep')).length, 1);
  });

  it('refuses a file with another hash at once, and tells the facility', async () => {
    await using bench = await createBench();
    await bench.coordinator.damageAgent();
    const { status, output } = await bench.machine.run(bench.script());
    await assertRefused(bench, status, /its SHA-256 is not [0-9a-f]{64}/);
    assert.ok(output.includes(`cannot download the agent: its SHA-256 is not ${bench.coordinator.agent.sha256}`));
    assert.equal(bench.coordinator.requests.length, 1);
  });

  it('begins anew when what it had was the part of another version', async () => {
    await using bench = await createBench();
    const part = join(bench.machine.root, `${agentPath(bench)}.part`);
    await mkdir(dirname(part), { recursive: true });
    await writeFile(part, 'another version');
    const { status, output } = await bench.machine.run(bench.script());
    assert.equal(status, 0, output);
    assert.deepEqual(
      bench.coordinator.requests.map((request) => request.split(' ')[2]),
      ['bytes=15-', undefined],
    );
  });

  it('replaces an installed agent that was damaged', async () => {
    await using bench = await createBench();
    await bench.machine.run(bench.script());
    await appendFile(join(bench.machine.root, agentPath(bench)), 'x');
    assert.equal((await bench.machine.run(bench.script())).status, 0);
    assert.ok(
      (await bench.machine.tree())
        .get(`/${agentPath(bench)}`)
        ?.endsWith(bench.coordinator.agent.bytes.toString('base64')),
    );
  });

  it("trusts no root but Vent's, not even one that the machine trusts", async () => {
    await using bench = await createBench();
    const other = await issueServer('other');
    await trust(bench, bench.input.roots[0] ?? '');
    const { status } = await bench.machine.run(bench.script({ roots: [other.root] }));
    await assertRefused(bench, status, /curl: .60. SSL certificate problem/);
  });

  it('takes a server of either root while the root rotates', async () => {
    await using bench = await createBench();
    const other = await issueServer('vent');
    const { status, output } = await bench.machine.run(bench.script({ roots: [other.root, ...bench.input.roots] }));
    assert.equal(status, 0, output);
  });

  it('speaks no TLS older than 1.3', async () => {
    await using bench = await createBench({ maxVersion: 'TLSv1.2' });
    const { status } = await bench.machine.run(bench.script());
    await assertRefused(bench, status, /protocol version/);
  });

  it('gives up on a coordinator that is away after pauses of some ten minutes, which grow', async () => {
    await using bench = await createBench();
    await bench.coordinator[Symbol.asyncDispose]();
    const { status } = await bench.machine.run(bench.script());
    await assertRefused(bench, status, /cannot download the agent: curl: .7. /);
    const pauses = await bench.machine.calls('sleep');
    assert.ok(sum(pauses) >= 600 && sum(pauses) < 700, pauses.join(' '));
    assert.ok(Number(pauses[0]) <= 2 && Number(pauses.at(-1)) >= 30, pauses.join(' '));
  });
});

/** Puts a root where OpenSSL finds it by the hash of its name (openssl-rehash(1)), as if an administrator trusted it. */
async function trust(bench: Bench, root: string): Promise<void> {
  const { stdout } = spawnSync('openssl', ['x509', '-noout', '-hash'], { input: root, encoding: 'utf8' });
  await writeFile(join(bench.machine.root, 'etc/ssl/certs', `${stdout.trim()}.0`), root);
}

describe('a metadata service that is not ready', { skip: missingMachine(), concurrency: 2 }, () => {
  it('is asked until it knows the device', async () => {
    await using bench = await createBench();
    bench.metadata.answerFirst(503, 404, '', '<html>soon</html>');
    const { status, output } = await bench.machine.run(bench.script());
    assert.equal(status, 0, output);
    assert.equal(JSON.parse(await bench.machine.read('etc/vent/agent/config.json')).deviceId, DEVICE);
    assert.equal((await bench.machine.calls('sleep')).length, 4);
    assert.match(output, /cannot read the device id: curl: \(22\) The requested URL returned error: 503; trying again/);
  });

  it('is given up after pauses of some ten minutes', async () => {
    await using bench = await createBench();
    await bench.metadata[Symbol.asyncDispose]();
    const { status, output } = await bench.machine.run(bench.script());
    assert.equal(status, 1);
    assert.match(output, /^vent: cannot read the device id: curl: \(7\) .*[^s]$/m);
    assert.ok(sum(await bench.machine.calls('sleep')) >= 600);
    assert.deepEqual(bench.coordinator.requests, []);
  });
});
