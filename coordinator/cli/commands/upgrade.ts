import { VentError } from '../../../shared/errors.ts';
import {
  type AcceptOptions,
  acceptedRisks,
  acceptRiskOption,
  addDryRun,
  type CommandContext,
  GROUPS,
  type RegisterCommand,
  withExamples,
} from '../command.ts';
import { followRollout } from '../follow-rollout.ts';
import type { Operator } from '../operator.ts';
import { renderPlan } from '../plan-screen.ts';
import { type ProgressForm, progressOption } from '../progress.ts';
import { describeApplied, nameRevision, type Revision, readRevision } from '../revisions.ts';
import { renderDiff } from '../spec-diff.ts';

/** By option: where the cluster file says it. */
const PROGRAMS = {
  kubernetes: { path: ['spec', 'kubernetes', 'version'], help: 'of Kubernetes, such as 1.37.2' },
  etcd: { path: ['spec', 'versions', 'etcd'], help: 'of etcd' },
  containerd: { path: ['spec', 'versions', 'containerd'], help: 'of containerd' },
  runc: { path: ['spec', 'versions', 'runc'], help: 'of runc' },
  runsc: { path: ['spec', 'versions', 'runsc'], help: "of gVisor's runsc, by release date" },
  flannel: { path: ['spec', 'versions', 'flannel'], help: 'of flannel' },
  cni: { path: ['spec', 'versions', 'cni'], help: 'of the CNI plugins' },
  coredns: { path: ['spec', 'versions', 'coredns'], help: 'of CoreDNS' },
} as const;

type Program = keyof typeof PROGRAMS;

interface UpgradeOptions extends AcceptOptions, Partial<Readonly<Record<Program, string>>> {
  readonly message?: string;
  readonly plan?: boolean;
  readonly dryRun?: boolean;
  readonly wait?: boolean;
  readonly timeout: string;
  readonly progress: ProgressForm;
}

const ALL = Object.keys(PROGRAMS) as readonly Program[];

/** `vent upgrade`: the newest cluster file with other versions, as a new revision. */
export const register: RegisterCommand = (program, context) => {
  const command = program
    .command('upgrade')
    .summary('Give the cluster other versions of its programs')
    .description(
      'Change versions in the newest cluster file, and roll it out as a new revision. Kubernetes goes all API servers first, one at a time, then controller managers and schedulers, then kubelets, whose machines are drained. A minor version is never skipped nor taken back. The coordinator must have the programs: vent artifacts build --kubernetes makes a manifest with both versions.',
    )
    .helpGroup(GROUPS.change);
  for (const name of ALL) command.option(`--${name} <version>`, PROGRAMS[name].help);
  command
    .option('-m, --message <text>', 'why, kept with the revision')
    .option('--plan', 'show what each machine would do, and in which waves; change nothing')
    .addOption(acceptRiskOption())
    .option('--wait', 'until every machine has it, saying on stderr what happens; an error when it fails')
    .option('--timeout <duration>', 'of --wait', '2h')
    .addOption(progressOption());
  addDryRun(command);
  withExamples(
    command,
    `  # what would happen, and what cannot be taken back
  vent upgrade --kubernetes 1.37.2 --plan

  # do it, and stay until every machine has it
  vent upgrade --kubernetes 1.37.2 --wait

  # another runtime, which no pod notices
  vent upgrade --containerd 2.3.8 --runc 1.5.3`,
  ).action(async (options: UpgradeOptions) => {
    await context.withOperator(command, async (operator) => {
      const newest = await readRevision(operator);
      const content = await withVersions(newest.content, options);
      const { loadSpec } = await import('../../../shared/spec/load.ts');
      loadSpec(content, newest.view.file_name);
      if (options.plan === true) await showPlan(context, operator, newest, content);
      else await apply(context, operator, { newest, content, options });
    });
  });
};

/** A version that stands there is replaced in the text, so that nothing else of it changes; one that does not is added. @throws VentError USAGE when no version is named */
async function withVersions(content: string, options: UpgradeOptions): Promise<string> {
  const named = ALL.filter((name) => options[name] !== undefined);
  if (named.length === 0)
    throw new VentError('USAGE', 'cannot upgrade: no program is named', {
      hint: 'Say vent upgrade --kubernetes 1.37.2.',
    });
  const { isScalar, parseDocument, stringify } = await import('yaml');
  let text = content;
  for (const name of named) {
    const document = parseDocument(text);
    const { path } = PROGRAMS[name];
    const present = document.getIn(path, true);
    if (isScalar(present) && present.range) {
      const [begin, end] = present.range;
      text = text.slice(0, begin) + stringify(options[name]).trimEnd() + text.slice(end);
    } else {
      document.setIn(path, options[name]);
      text = document.toString({ lineWidth: 0, flowCollectionPadding: true });
    }
  }
  return text;
}

async function showPlan({ shell }: CommandContext, operator: Operator, { view }: Revision, content: string) {
  const request = { content, file_name: view.file_name };
  shell.out(await renderPlan(await operator.call((methods) => methods.Plan, request), false));
}

interface Order {
  readonly newest: Revision;
  readonly content: string;
  readonly options: UpgradeOptions;
}

async function apply({ shell }: CommandContext, operator: Operator, { newest, content, options }: Order) {
  const { view } = newest;
  const isDryRun = options.dryRun === true;
  const versions = ALL.flatMap((name) => (options[name] === undefined ? [] : [`${name} ${options[name]}`]));
  const answer = await operator.call((methods) => methods.Apply, {
    content,
    file_name: view.file_name,
    message: options.message ?? `upgrade to ${versions.join(', ')}`,
    dry_run: isDryRun,
    expected_revision: view.number,
    accept_risks: acceptedRisks(options),
  });
  if (isDryRun && answer.changed)
    shell.out(await renderDiff(nameRevision(newest), { name: 'upgraded', text: content }));
  shell.out(describeApplied(answer, isDryRun));
  if (options.wait === true && !isDryRun)
    // The text came from the coordinator: its commands are not this operator's.
    await followRollout(operator, shell, { ...options, revision: answer.revision, gates: [] });
}
