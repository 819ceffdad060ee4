/**
 * The facility as a program of its own, to be run in the router's network namespace: `node main.ts SETTINGS.json`.
 * SIGTERM ends it; machines go on, and the next one takes over where it was.
 */
import { systemClock } from '../../../shared/clock.ts';
import { VentError } from '../../../shared/errors.ts';
import { createWinstonLogger } from '../../../shared/winston-log.ts';
import { createChildren } from '../child.ts';
import { createMachines } from '../machines.ts';
import { nameInstance } from '../names.ts';
import { BLOCKS, METADATA } from '../network.ts';
import { createFacility } from './facility.ts';
import { readSettings } from './settings.ts';

const log = createWinstonLogger({ level: 'info', style: 'json' });

try {
  const [file] = process.argv.slice(2);
  if (file === undefined) throw new VentError('USAGE', 'cannot start the facility: no settings file was named');
  const settings = await readSettings(file);
  const names = nameInstance(settings.instance);
  const machines = createMachines({ names, tree: settings.tree, children: createChildren(names.directory) });
  const facility = createFacility({
    machines,
    clock: systemClock,
    log,
    blocks: settings.blocks ?? BLOCKS,
    token: settings.token,
    project: settings.project,
    api: settings.api,
    metadata: settings.metadata ?? [{ host: METADATA, port: 80 }],
    directory: settings.directory,
    timing: settings.timing,
  });
  await facility.start();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void facility.stop());
} catch (thrown) {
  log.error('the facility cannot start', { cause: VentError.from(thrown).message });
  process.exitCode = 1;
}
