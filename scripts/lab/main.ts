/** The lab's own daemons: `node main.ts router|relay|facility --instance NAME`. Started by services.ts, not by people. */
import { rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { systemClock } from '../../shared/clock.ts';
import { VentError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/log.ts';
import { createWinstonLogger } from '../../shared/winston-log.ts';
import { createChildren } from './child.ts';
import { createFacility } from './facility/facility.ts';
import { RESOLVER } from './interfaces.ts';
import { createMachines } from './machines.ts';
import type { Names } from './names.ts';
import { nameInstance } from './names.ts';
import { BLOCKS, METADATA } from './network.ts';
import { startInnerRelay, startOuterRelay } from './relay.ts';
import { startResolver } from './resolver.ts';
import { readSettings, SERVICES } from './settings.ts';
import { ensureTree, treesDirectory } from './tree.ts';

const { positionals, values } = parseArgs({ allowPositionals: true, options: { instance: { type: 'string' } } });
const log = createWinstonLogger({ level: 'info', style: 'json' });
await start(positionals[0], nameInstance(values.instance ?? ''), log);

async function start(program: string | undefined, names: Names, log: Logger): Promise<void> {
  switch (program) {
    case 'router':
      await startResolver({ address: RESOLVER, hosts: names.hosts, log });
      // Of a router that was killed. Whoever waits for this one waits for the socket, so it comes last.
      await rm(names.socket, { force: true });
      await startInnerRelay(names.socket);
      return;
    case 'relay':
      await startOuterRelay(names.socket, names.forwards, log);
      return;
    case 'facility':
      await openFacility(names, log);
      return;
    default:
      throw new VentError('USAGE', `cannot start ${program ?? 'nothing'}: it is none of router, relay and facility`);
  }
}

async function openFacility(names: Names, log: Logger): Promise<void> {
  const children = createChildren(names.directory);
  const trees = treesDirectory(process.env, homedir());
  const tree = await ensureTree({ children, clock: systemClock, trees, say: (line) => log.info(line) });
  const { token, project } = await readSettings(names);
  const facility = createFacility({
    machines: createMachines({ names, children, tree }),
    clock: systemClock,
    log,
    blocks: BLOCKS,
    token,
    project,
    api: [{ host: METADATA, port: Number(SERVICES.facility.split(':')[1]) }],
    metadata: [{ host: METADATA, port: 80 }],
    directory: join(names.directory, 'facility'),
  });
  await facility.start();
}
