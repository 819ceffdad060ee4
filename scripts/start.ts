/** `npm start`: from nothing to a cluster on real machines in a lab on this computer. Run again, it goes on from what is there. */
import { parseArgs } from 'node:util';
import { createProcessShell } from '../coordinator/cli/process-shell.ts';
import { VentError } from '../shared/errors.ts';
import {
  manifestOf,
  openOperator,
  provisionAll,
  readShape,
  type Shape,
  specOf,
  startVent,
  waitFor,
  writeKubeconfig,
} from './lab/cluster.ts';
import { shareContext } from './lab/context.ts';
import { createLab } from './lab/lab.ts';
import { buildAgentFiles, buildPrograms } from './lab/programs.ts';
import { renderScreen } from './lab/screen.ts';

const HELP = `Usage: npm start -- [options]

Brings up a facility, a coordinator and machines on this computer, and waits for Kubernetes.

Options:
  --workers N        how many workers (default 2; 0: the control plane also runs pods)
  --ha               three control planes instead of one
  --kubernetes V     version of Kubernetes (default 1.37.2); repeated: what it may be upgraded to
  --attach HOW       flannel on a macvlan interface of its own, or on the private address (default macvlan)
  --instance NAME    name of the lab (default main)
`;

const started = Date.now();
function say(line: string): void {
  console.error(`${`${Math.round((Date.now() - started) / 1000)}s`.padStart(5)}  ${line}`);
}

async function start(shape: Shape, instance: string, signal: AbortSignal): Promise<void> {
  const lab = createLab(instance, say);
  await lab.up();
  const text = await specOf(lab, shape);
  const { spec } = readShape(text);
  const kubectl = await buildPrograms(spec, shape.kubernetes?.slice(1) ?? [], manifestOf(lab), say, signal);
  await buildAgentFiles();
  await lab.startFacility();
  await startVent(lab);
  const operator = await openOperator(lab);
  try {
    await operator.call((methods) => methods.Apply, {
      content: text,
      file_name: 'lab.yaml',
      message: 'npm start',
      dry_run: false,
    });
    await provisionAll(operator, say);
    const count = shape.controlPlanes + shape.workers;
    const machines = await waitFor(operator, count, 15 * 60_000, say);
    await writeKubeconfig(lab, operator, kubectl);
    await shareContext(lab, createProcessShell(signal));
    console.log(renderScreen({ machines, instance, seconds: Math.round((Date.now() - started) / 1000) }));
  } finally {
    operator.close();
  }
}

function readArguments(): { readonly shape: Shape; readonly instance: string } {
  const { values } = parseArgs({
    options: {
      workers: { type: 'string', default: '2' },
      ha: { type: 'boolean', default: false },
      kubernetes: { type: 'string', multiple: true, default: [] },
      attach: { type: 'string', default: 'macvlan' },
      instance: { type: 'string', default: 'main' },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) {
    console.log(HELP);
    process.exit(0);
  }
  if (!/^\d{1,2}$/.test(values.workers))
    throw new VentError('USAGE', `cannot start ${values.workers} workers: it is not a number`, {
      hint: 'Say --workers 3.',
    });
  const { attach, instance, kubernetes } = values;
  if (attach !== 'macvlan' && attach !== 'address')
    throw new VentError('USAGE', `cannot attach flannel by ${attach}: there are macvlan and address`, {
      hint: 'Say --attach address.',
    });
  const controlPlanes = values.ha ? 3 : 1;
  return { shape: { controlPlanes, workers: Number(values.workers), attach, kubernetes }, instance };
}

const interruption = new AbortController();
for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interruption.abort(name));

try {
  const { shape, instance } = readArguments();
  await start(shape, instance, interruption.signal);
} catch (thrown) {
  const error = VentError.from(thrown);
  const text =
    error.code === 'BUG' && error.cause instanceof Error ? (error.cause.stack ?? error.message) : error.message;
  console.error(`error: ${text}${error.hint === undefined ? '' : `\nhint: ${error.hint}`}`);
  process.exitCode = interruption.signal.aborted ? 130 : 1;
}
