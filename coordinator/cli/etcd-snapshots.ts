/** `vent etcd snapshot`, `vent etcd snapshots`, `vent etcd snapshot save`. */
import type { Command } from 'commander';
import { VentError } from '../../shared/errors.ts';
import { createSnapshotCheck, describeSize } from '../../shared/snapshot.ts';
import type { EtcdSnapshotView } from '../../shared/wire.ts';
import { addOutputOptions, type CommandContext, withExamples } from './command.ts';
import type { Operator } from './operator.ts';
import { type Listing, type OutputOptions, printList, renderAge } from './output.ts';
import { createProgressDisplay, type Progress, type ProgressForm, progressOption } from './progress.ts';
import type { Shell } from './shell.ts';

interface ProgressOptions {
  readonly progress: ProgressForm;
}

/** @param now milliseconds since the epoch */
function listingAt(now: number): Listing<EtcdSnapshotView> {
  return {
    kind: 'EtcdSnapshot',
    nameOf: ({ id }) => `etcd-snapshot/${id}`,
    objectOf: (snapshot) => snapshot,
    columns: [
      { title: 'NAME', value: ({ id }) => id },
      { title: 'MACHINE', value: ({ machine }) => machine },
      { title: 'REVISION', value: ({ revision }) => revision },
      { title: 'SIZE', value: ({ size }) => describeSize(Number(size)) },
      { title: 'ETCD', value: (snapshot) => snapshot.etcd_version },
      { title: 'KUBERNETES', value: (snapshot) => snapshot.kubernetes_version },
      { title: 'TAKEN-FOR', value: ({ reason }) => reason, isWide: true },
      { title: 'SHA256', value: ({ sha256 }) => sha256, isWide: true },
      { title: 'AGE', value: (snapshot) => renderAge(now - Date.parse(snapshot.taken_at)) },
    ],
  };
}

function describe({ id, machine, revision, size, sha256 }: EtcdSnapshotView): string {
  return `etcd-snapshot/${id}: revision ${revision}, ${describeSize(Number(size))}, from ${machine}, SHA-256 ${sha256}`;
}

/** How much has come, for people. */
function createTeller(shell: Shell, form: ProgressForm) {
  const [begin, display] = [shell.now(), createProgressDisplay(shell, form)];
  const tell = (state: Progress['state'], received: number, total: number, from: string): void => {
    const detail = total === 0 ? from : `${describeSize(received)} of ${describeSize(total)}, ${from}`;
    const elapsedMilliseconds = shell.now() - begin;
    display.show({ step: 1, steps: 1, subject: 'snapshot of etcd', state, elapsedMilliseconds, detail });
  };
  return { tell, clear: display.clear };
}

async function take(operator: Operator, shell: Shell, form: ProgressForm): Promise<EtcdSnapshotView> {
  const { tell, clear } = createTeller(shell, form);
  try {
    const stream = operator.stream((methods) => methods.TakeEtcdSnapshot, {}, shell.signal);
    for await (const { machine, received, total, snapshot } of stream) {
      if (snapshot !== undefined) return snapshot;
      if (machine !== '') tell('running', Number(received), Number(total), `from ${machine}`);
    }
  } finally {
    clear();
  }
  throw new VentError('UNAVAILABLE', 'cannot take a snapshot of etcd: the coordinator ended the connection', {
    hint: 'It may have been taken nevertheless: `vent etcd snapshots`.',
    retry: 'backoff',
  });
}

/** Nothing has the name before all of it is there and its digest is right. */
async function save(operator: Operator, shell: Shell, id: string, file: string, form: ProgressForm) {
  const { tell, clear } = createTeller(shell, form);
  let view: EtcdSnapshotView | undefined;
  async function* parts(): AsyncGenerator<Uint8Array> {
    const check = createSnapshotCheck();
    let received = 0;
    for await (const { snapshot, part } of operator.stream(
      (methods) => methods.ReadEtcdSnapshot,
      { id },
      shell.signal,
    )) {
      view ??= snapshot;
      if (part === undefined) continue;
      check.update(part);
      received += part.length;
      tell('running', received, Number(view?.size ?? 0), `to ${file}`);
      yield part;
    }
    check.end();
  }
  try {
    await shell.saveFile(file, parts());
  } finally {
    clear();
  }
  return view;
}

export function registerSnapshots(etcd: Command, context: CommandContext): void {
  const { shell } = context;
  const snapshot = etcd
    .command('snapshot')
    .summary('Take a snapshot of etcd, or save one to a file')
    .description(
      'Take a snapshot of etcd now, which is what happens when nothing else is said, or save one to a file.',
    );
  registerTake(snapshot, context);
  registerSave(snapshot, context);
  const list = etcd.command('snapshots').description('List the snapshots of etcd that the coordinator keeps.');
  addOutputOptions(list);
  withExamples(list, '  # how old the newest is\n  vent etcd snapshots');
  list.action(async (options: OutputOptions) => {
    await context.withOperator(list, async (operator) => {
      const { snapshots } = await operator.call((methods) => methods.ListEtcdSnapshots, {});
      printList(shell, listingAt(shell.now()), snapshots, options);
    });
  });
}

function registerTake(snapshot: Command, context: CommandContext): void {
  const { shell } = context;
  const command = snapshot
    .command('take', { isDefault: true })
    .summary('Take one now')
    .description(
      'Take a snapshot of etcd now. A member reads it through a quorum, and the coordinator keeps it sealed. Vent takes one by itself before it adds, removes or restarts a member, when the newest is older than spec.etcd.snapshot.maxAge.',
    )
    .addOption(progressOption());
  withExamples(
    command,
    `  # before something risky
  vent etcd snapshot

  # and hold it yourself
  vent etcd snapshot save etcd.db`,
  );
  command.action(async ({ progress }: ProgressOptions) => {
    await context.withOperator(command, async (operator) => {
      shell.out(`${describe(await take(operator, shell, progress))}\nkept by the coordinator, sealed\n`);
    });
  });
}

function registerSave(snapshot: Command, context: CommandContext): void {
  const { shell } = context;
  const command = snapshot
    .command('save')
    .argument('<file>', 'file that is written, readable by its owner only; it must not be there')
    .summary('Write a snapshot of etcd to a file')
    .description(
      'Write a snapshot of etcd to a file, unsealed, as etcdutl snapshot restore takes it. It holds everything that is in the cluster: keep it as you keep a key.',
    )
    .option('--snapshot <name>', 'which; the newest when not given')
    .addOption(progressOption());
  withExamples(
    command,
    `  # the newest
  vent etcd snapshot save etcd.db

  # an older one
  vent etcd snapshots
  vent etcd snapshot save etcd.db --snapshot 4f1c09ab`,
  );
  command.action(async (file: string, options: ProgressOptions & { readonly snapshot?: string }) => {
    await context.withOperator(command, async (operator) => {
      const view = await save(operator, shell, options.snapshot ?? '', file, options.progress);
      shell.out(view === undefined ? '' : `${describe(view)}\nsaved to ${file}\n`);
    });
  });
}
