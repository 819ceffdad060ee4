import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { promisify } from 'node:util';
import { createAuthorities } from '../../../coordinator/authority/authorities.ts';
import { createMemoryStore } from '../../../coordinator/store/memory.ts';
import { createSealer } from '../../../coordinator/store/sealer.ts';
import { systemClock } from '../../../shared/clock.ts';
import { isError, openWorld, specOf, type World } from './world.ts';

const run = promisify(execFile);
const MINUTE = 60;

/** Roots of a coordinator that nobody here knows. */
async function foreignRoots(): Promise<string> {
  const sealer = createSealer(Buffer.alloc(32, 7));
  const authorities = await createAuthorities({ store: createMemoryStore(), sealer, clock: systemClock });
  return authorities.roots('vent');
}

/** Asks for the agent file as the userdata does, with curl. @throws Error when the certificate is not accepted */
async function download(url: string, roots: string, address: string): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'vent-roots-'));
  const file = join(directory, 'roots.pem');
  await writeFile(file, roots);
  try {
    const words = ['-q', '-sS', '-f', '--tlsv1.3', '--cacert', file, '--capath', '/dev/null', '--interface', address];
    const { stdout } = await run('curl', [...words, '--noproxy', '*', url]);
    return stdout;
  } finally {
    await rm(directory, { recursive: true });
  }
}

describe('a machine that cannot enrol', () => {
  let world: World;
  before(async () => {
    world = await openWorld();
    await world.apply(specOf(world.bench.url, 9));
    await world.provision();
  });
  after(() => world.close());
  beforeEach(() => world.passSeconds(10));

  /** Afterwards the right input succeeds, and status says nothing of it any more. */
  async function recovers(name: string, words: RegExp): Promise<void> {
    assert.equal((await world.enrol(await world.credentialsOf(name))).nodeName, name);
    await world.shows(new RegExp(`${name} +waiting +\\S+ +enrolled`));
    await world.hides(words);
  }

  it('because its secret is wrong', async () => {
    const right = await world.credentialsOf('workers-1');
    const wrong = { ...right, secret: 'ab'.repeat(32) };
    await assert.rejects(world.enrol(wrong), isError('TOKEN_REFUSED', /the proof does not fit it/));
    await world.shows(/workers-1 +enrolling .*refused: cannot enrol with token \w+: the proof does not fit it/);
    await recovers('workers-1', /does not fit/);
  });

  it('because its token is unknown', async () => {
    const right = await world.credentialsOf('workers-2');
    const wrong = { ...right, tokenId: '0123456789abcdef' };
    await assert.rejects(world.enrol(wrong), isError('TOKEN_REFUSED', /there is none/));
    await world.shows(/workers-2 +enrolling .*refused: cannot enrol with token 0123456789abcdef: there is none/);
    await recovers('workers-2', /there is none/);
  });

  it('because its token was made for another device', async () => {
    const [right, other] = [await world.credentialsOf('workers-3'), await world.credentialsOf('workers-4')];
    const wrong = { ...right, tokenId: other.tokenId, secret: other.secret };
    await assert.rejects(world.enrol(wrong), isError('TOKEN_REFUSED', /made for another device/));
    await world.shows(/workers-3 +enrolling .*it was made for another device/);
    await recovers('workers-3', /another device/);
  });

  it('because its token has expired, until it has another', async () => {
    const right = await world.credentialsOf('workers-4');
    world.passSeconds(61 * MINUTE);
    await assert.rejects(world.enrol(right), isError('TOKEN_REFUSED', /it is expired/));
    await world.shows(/workers-4 +enrolling .*refused: cannot enrol with token \w+: it is expired/);
    const request = { pool: 'workers', device_id: right.deviceId, max_uses: 1, lifetime_seconds: 600 };
    const { token, secret } = await world.operator.call((methods) => methods.CreateToken, request);
    const enrolled = await world.enrol({ ...right, tokenId: token?.id ?? '', secret });
    assert.equal(enrolled.nodeName, 'workers-4');
    world.passSeconds(-61 * MINUTE);
    await world.hides(/expired/);
  });

  it('because its clock is wrong', async () => {
    const right = await world.credentialsOf('workers-5');
    const late = { ...right, clockError: -10 * MINUTE * 1000 };
    await assert.rejects(world.enrol(late), isError('CLOCK_SKEW', /the machine says .*, the coordinator /));
    await world.shows(/workers-5 +enrolling .*refused: cannot enrol: the machine says/);
    await recovers('workers-5', /the machine says/);
  });

  it('because the call comes from an address that is not its own', async () => {
    const [right, other] = [await world.credentialsOf('workers-6'), await world.credentialsOf('workers-7')];
    const wrong = { ...right, address: other.address };
    await assert.rejects(world.enrol(wrong), isError('DEVICE_REFUSED', /which is none of its addresses/));
    await world.shows(/workers-6 +enrolling .*the call came from 127\.78\.\S+, which is none of its addresses/);
    await recovers('workers-6', /none of its addresses/);
  });

  it('because the provider cannot be asked about it', async () => {
    const right = await world.credentialsOf('workers-7');
    await world.order('error', { path: `/devices/${right.deviceId}`, count: 1_000_000 });
    await assert.rejects(world.enrol(right), isError('PROVIDER_FAILED', /Oh snap/));
    await world.shows(/workers-7 +enrolling .*refused: cannot look up device .*Oh snap/);
    await world.clearFaults();
    await recovers('workers-7', /Oh snap/);
  });

  it('because it calls too often, for a few seconds', async () => {
    const right = await world.credentialsOf('workers-8');
    const wrong = { ...right, secret: 'ab'.repeat(32) };
    const calls = await Promise.allSettled(Array.from({ length: 6 }, () => world.enrol(wrong)));
    const codes = calls.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []));
    assert.ok(codes.includes('BUSY'), String(codes));
    await world.shows(/workers-8 +enrolling .*refused: /);
    world.passSeconds(10);
    await recovers('workers-8', /refused/);
  });

  it('because its userdata trusts another root', async () => {
    const { address } = await world.credentialsOf('workers-9');
    await assert.rejects(download(world.agentFile, await foreignRoots(), address));
    await world.shows(/workers-9 +downloading .*does not accept this coordinator's certificate \(unknown ca\)/);
    const wrong = { ...(await world.credentialsOf('workers-9')), roots: await foreignRoots() };
    await assert.rejects(world.enrol(wrong), isError('UNAVAILABLE', /certificate/));
    assert.equal(await download(world.agentFile, world.roots(), address), 'agent');
    await world.shows(/workers-9 +downloading +\S+ +fetches the agent file/);
    await recovers('workers-9', /certificate/);
  });
});
