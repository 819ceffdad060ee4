/** `vent-agent`: the one place where the agent is put together. */
import packageFile from '../package.json' with { type: 'json' };
import { systemClock } from '../shared/clock.ts';
import { VentError } from '../shared/errors.ts';
import { createWinstonLogger, styleFor } from '../shared/winston-log.ts';
import { loadServices } from '../shared/wire.ts';
import { runAgent } from './agent.ts';
import { loadReached } from './endpoints.ts';
import { enrol } from './enrol.ts';
import { createCommands } from './host/linux/commands.ts';
import { readFacts } from './host/linux/facts.ts';
import { noFaults, orderFault } from './host/linux/faults.ts';
import { createLinuxHost } from './host/linux/host.ts';
import { notifyReady } from './host/linux/notify.ts';
import { startResetUnit } from './host/linux/reset-unit.ts';
import { createIdentityStore } from './identity.ts';
import type { Supply } from './kind.ts';
import { createKinds } from './kinds/index.ts';
import { requireModernTls } from './link/channel.ts';
import { openEnrolTransport } from './link/enrol-transport.ts';
import { leaveCluster } from './link/leave.ts';
import { describePlan, describeStatus, keepReport, loadDrift } from './local.ts';
import { describeReset, refuseMember, resetMachine } from './reset.ts';
import { isResetting, markReset } from './reset-mark.ts';

const { version } = packageFile;
const HELP = `vent-agent ${version}: makes this machine what its signed document says

Usage: vent-agent COMMAND
  run      enrol if need be, then keep the machine converged (what vent-agent.service does)
  status   what this machine is doing, without asking the coordinator
  plan     what would be changed now for the document that this machine keeps to, without changing it
  reset    undo everything Vent made on this machine, and remove Vent: --yes, --dry-run, --force
  version  the version
`;

/** A reset that takes longer is begun again. */
const RESET_MILLISECONDS = 600_000;

const commands = createCommands();
const clock = systemClock;
/** Set by a test build (scripts/build/bundle.ts); the sources themselves have no fault points. */
declare const VENT_FAULTS: boolean | undefined;
const faults = typeof VENT_FAULTS !== 'undefined' && VENT_FAULTS ? orderFault(process.env.VENT_FAULT ?? '') : noFaults;
const host = createLinuxHost({ root: '/', clock, commands, faults });
const identities = createIdentityStore(host.files);
const log = createWinstonLogger({
  level: process.env.VENT_VERBOSE === undefined ? 'info' : 'debug',
  style: styleFor(process.env, process.stderr.isTTY === true),
});

/** Aborts when the process is asked to end. */
function listenForEnd(): AbortSignal {
  const ending = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.once(name, () => ending.abort(new VentError('CANCELLED', `cannot go on: ${name}`)));
  return ending.signal;
}

/** Beside this process, which it stops. */
async function beginReset(): Promise<void> {
  log.info('this machine is reset from now on');
  await markReset(host.files);
  await startResetUnit(commands);
}

async function run(): Promise<void> {
  requireModernTls();
  const signal = listenForEnd();
  const services = loadServices();
  await notifyReady(commands, process.env).catch(() => log.warn('systemd could not be told that the agent is ready'));
  if (await isResetting(host.files)) {
    await beginReset();
    return await clock.wait(RESET_MILLISECONDS, signal);
  }
  const connect = (address: string, roots: string) => openEnrolTransport(services, address, roots);
  const enrolling = {
    identity: identities,
    connect,
    agentVersion: version,
    clock,
    random: Math.random,
    log,
  };
  const identity = (await identities.load()) ?? (await enrol(enrolling, signal));
  const trust = await identities.trust();
  if (trust === undefined)
    throw new VentError('NOT_FOUND', 'cannot run: the machine is enrolled but knows nobody to trust');
  const facts = () => readFacts({ network: host.network, agentVersion: version });
  await runAgent(
    {
      host,
      identity,
      identities,
      trust,
      services,
      connect,
      facts,
      drift: await loadDrift(host.files),
      beginReset,
      onReport: (report) => keepReport(host.files, report),
      clock,
      random: Math.random,
      log,
    },
    signal,
  );
}

/** A plan asks nobody: what only the coordinator can give is not part of it. */
function supplyOf(trust: Readonly<Record<string, string>>): Supply {
  const refuse = (): never => {
    throw new VentError('UNAVAILABLE', 'cannot ask the coordinator: this is only a plan');
  };
  return { artifact: refuse, bundle: refuse, secret: refuse, trust: (authority) => trust[authority] };
}

async function plan(): Promise<void> {
  const supply = supplyOf((await identities.trust())?.authorities ?? {});
  process.stdout.write(
    await describePlan({ host, identities, kinds: createKinds({ supply, clock }), log, now: clock.now() }),
  );
}

const RISKS = `Everything Vent runs on this machine ends at once, and everything it made is removed: pods, their
volumes, images, certificates, and the data of etcd if it is here. The machine leaves the cluster.
`;

/** @param flags after the word */
async function reset(flags: readonly string[]): Promise<void> {
  const unknown = flags.find((flag) => !['--yes', '--force', '--dry-run'].includes(flag));
  if (unknown !== undefined) throw new VentError('USAGE', `cannot reset: there is no flag ${unknown}`);
  const trust = await identities.trust();
  const kinds = createKinds({ supply: supplyOf(trust?.authorities ?? {}), clock });
  if (flags.includes('--dry-run')) {
    process.stdout.write(await describeReset({ host, kinds, log }));
    return;
  }
  const isOn = await isResetting(host.files);
  if (!isOn && !flags.includes('--force')) await refuseMember(host, log);
  if (!isOn && !flags.includes('--yes')) {
    process.stderr.write(RISKS);
    throw new VentError('USAGE', 'cannot reset this machine: nobody said yes', { hint: 'Say --yes if that is meant.' });
  }
  // Before it is removed with the rest.
  const identity = await identities.load();
  const place = identity && (await loadReached(host.files, identity));
  await resetMachine({ host, kinds, clock, log, signal: listenForEnd() }, async () => {
    if (identity !== undefined && place !== undefined && trust !== undefined)
      await leaveCluster(loadServices(), identity, trust, place, clock);
  });
  process.stdout.write('nothing of Vent is left on this machine\n');
}

const COMMANDS: Readonly<Record<string, (flags: readonly string[]) => Promise<void>>> = {
  run,
  plan,
  reset,
  status: async () => void process.stdout.write(await describeStatus(host.files, identities)),
  version: async () => void process.stdout.write(`vent-agent ${version}\n`),
};

async function main(word: string | undefined, flags: readonly string[]): Promise<number> {
  const command = word === undefined ? undefined : COMMANDS[word];
  if (command === undefined) {
    (word === undefined || word === 'help' || word === '--help' ? process.stdout : process.stderr).write(HELP);
    return word === 'help' || word === '--help' ? 0 : 2;
  }
  try {
    await command(flags);
    return 0;
  } catch (thrown) {
    const error = VentError.from(thrown);
    if (error.code === 'CANCELLED') return 0;
    process.stderr.write(
      `error: ${error.code === 'BUG' && error.cause instanceof Error ? (error.cause.stack ?? error.message) : error.message}\n${error.hint === undefined ? '' : `hint: ${error.hint}\n`}`,
    );
    return error.code === 'USAGE' ? 2 : error.code === 'RESET_REFUSED' ? 5 : 1;
  }
}

for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
void main(process.argv[2], process.argv.slice(3)).then((code) => process.exit(code));
