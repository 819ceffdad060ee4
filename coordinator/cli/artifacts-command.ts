/** `vent artifacts`: the programs and images that machines are given. The work itself is passed in by main.ts. */
import { type Command, Option } from 'commander';
import { VentError } from '../../shared/errors.ts';
import type { ClusterFile } from '../../shared/spec/schema.ts';
import { addOutputOptions, type CommandContext, GROUPS, type RegisterCommand, withExamples } from './command.ts';
import { type Listing, type OutputOptions, printList } from './output.ts';
import { createProgressDisplay, type Progress, type ProgressForm, progressOption } from './progress.ts';
import { FILENAME_HELP, readSpecFile } from './spec-file.ts';

export interface ArtifactRow {
  readonly name: string;
  readonly version: string;
  readonly architecture: string;
  /** `image`, or the name of a changed build; empty otherwise. */
  readonly variant: string;
  /** Bytes. */
  readonly size: number;
  readonly sha256: string;
  /** How it came to be, for people. */
  readonly origin: string;
  readonly path: string;
}

/** Where artifacts are looked for: a manifest's, or everything in a cache (undefined: this user's). */
export interface ArtifactPlace {
  readonly manifest: string | undefined;
  readonly cache: string | undefined;
}

export interface ArtifactOrder extends ArtifactPlace {
  readonly method: 'build' | 'fetch';
  readonly spec: Pick<ClusterFile['spec'], 'kubernetes' | 'versions'>;
  /** Further versions of Kubernetes, to upgrade to. */
  readonly kubernetes: readonly string[];
  /** Of the machines; undefined: this computer's. */
  readonly architecture: string | undefined;
  readonly oomScoreRestricted: boolean;
  readonly signal: AbortSignal;
}

export interface ArtifactWork {
  /** Fills the cache and writes the manifest, if one is named. @returns what machines are given */
  make(order: ArtifactOrder, report: (progress: Progress) => void): Promise<readonly ArtifactRow[]>;
  list(place: ArtifactPlace): Promise<readonly ArtifactRow[]>;
  /** Hashes every file. @returns one sentence for each that is damaged */
  verify(place: ArtifactPlace, report: (progress: Progress) => void): Promise<readonly string[]>;
}

type LoadWork = () => Promise<ArtifactWork>;

const listing: Listing<ArtifactRow> = {
  kind: 'Artifact',
  nameOf: (row) => `artifact/${row.name}`,
  objectOf: (row) => row,
  columns: [
    { title: 'NAME', value: (row) => row.name },
    { title: 'VERSION', value: (row) => row.version },
    { title: 'ARCHITECTURE', value: (row) => row.architecture },
    { title: 'VARIANT', value: (row) => row.variant },
    { title: 'SIZE', value: (row) => `${(row.size / 2 ** 20).toFixed(1)}Mi` },
    { title: 'SHA256', value: (row) => row.sha256.slice(0, 12) },
    { title: 'ORIGIN', value: (row) => row.origin, isWide: true },
    { title: 'PATH', value: (row) => row.path, isWide: true },
  ],
};

/** @param load gives what does the work; called when a command needs it */
export function createArtifactsCommand(load: LoadWork): RegisterCommand {
  return (program, context) => {
    const artifacts = program
      .command('artifacts')
      .summary('Build, fetch and check the programs machines are given')
      .description(
        'Build, fetch and check the programs and images that machines are given. They lie in a cache of this user, and a manifest names those of one cluster; `vent serve --artifacts` takes that in.',
      )
      .helpGroup(GROUPS.begin);
    addMake(artifacts, 'build', context, load);
    addMake(artifacts, 'fetch', context, load);
    addList(artifacts, context, load);
    addVerify(artifacts, context, load);
  };
}

interface MakeOptions {
  readonly filename: string;
  readonly manifest: string;
  readonly cache?: string;
  readonly architecture?: string;
  readonly kubernetes: readonly string[];
  readonly oomScoreRestricted?: boolean;
  readonly progress: ProgressForm;
}

const MAKING = {
  build: {
    description:
      'Compile what a cluster file names from the public Go modules into the cache, and write the manifest. It needs Go, a C compiler and a module proxy; cold it takes about a quarter of an hour, and what is done is kept when it is interrupted.',
    example: `  # compile everything for cluster.yaml, then start a coordinator with it
  vent artifacts build -f cluster.yaml --manifest artifacts.json
  vent serve --artifacts artifacts.json

  # with the version that the cluster is to be upgraded to
  vent artifacts build -f cluster.yaml --kubernetes 1.37.2 --manifest artifacts.json`,
  },
  fetch: {
    description:
      'Download what a cluster file names from where its projects publish it into the cache, held against their checksums, and write the manifest. It needs the internet, and no compiler.',
    example: `  # download everything for cluster.yaml, for machines of both architectures
  vent artifacts fetch -f cluster.yaml --architecture x64 --manifest x64.json
  vent artifacts fetch -f cluster.yaml --architecture arm64 --manifest arm64.json`,
  },
} as const;

function addMake(artifacts: Command, method: 'build' | 'fetch', { shell }: CommandContext, load: LoadWork): void {
  const { description, example } = MAKING[method];
  const command = artifacts
    .command(method)
    .description(description)
    .requiredOption('-f, --filename <file>', FILENAME_HELP)
    .option('--manifest <file>', 'where the manifest is written', 'artifacts.json')
    .option('--cache <directory>', 'where artifacts lie (default: ~/.cache/vent/artifacts)')
    .addOption(
      new Option('--architecture <name>', "of the machines (default: this computer's)").choices(['x64', 'arm64']),
    )
    .addOption(
      new Option('--kubernetes <version>', 'of Kubernetes too, to upgrade to; may be repeated')
        .argParser(collectVersion)
        .default([], 'none'),
    )
    .addOption(progressOption());
  if (method === 'build')
    command.option('--oom-score-restricted', "for machines without CAP_SYS_RESOURCE: change gVisor's shim accordingly");
  withExamples(command, example).action(async (options: MakeOptions) => {
    const { loadSpec } = await import('../../shared/spec/load.ts');
    const { text, name } = await readSpecFile(shell, options.filename);
    const { spec } = loadSpec(text, name);
    const work = await load();
    const display = createProgressDisplay(shell, options.progress);
    const order = {
      method,
      spec,
      kubernetes: options.kubernetes,
      manifest: options.manifest,
      cache: options.cache,
      architecture: options.architecture,
      oomScoreRestricted: options.oomScoreRestricted === true,
      signal: shell.signal,
    };
    try {
      const made = await work.make(order, display.show);
      display.clear();
      shell.out(`${options.manifest} written: ${made.length} artifacts\n`);
    } finally {
      display.clear();
    }
  });
}

/** @throws VentError USAGE */
function collectVersion(version: string, before: readonly string[]): readonly string[] {
  if (/^\d+\.\d+\.\d+$/.test(version)) return [...before, version];
  throw new VentError(
    'USAGE',
    `cannot read the version ${JSON.stringify(version)} of Kubernetes: it is three numbers`,
    {
      hint: 'Write it like 1.37.2.',
    },
  );
}

function addPlace(command: Command): Command {
  return command
    .argument('[manifest]', 'manifest whose artifacts are meant; everything in the cache without one')
    .option('--cache <directory>', 'where artifacts lie (default: ~/.cache/vent/artifacts)');
}

function addList(artifacts: Command, { shell }: CommandContext, load: LoadWork): void {
  const command = addPlace(
    artifacts.command('list').description('List the artifacts of a manifest, or of the whole cache.'),
  );
  withExamples(
    addOutputOptions(command),
    `  # what a manifest holds, and where each file lies
  vent artifacts list artifacts.json -o wide`,
  ).action(async (manifest: string | undefined, options: OutputOptions & { readonly cache?: string }) => {
    const work = await load();
    printList(shell, listing, await work.list({ manifest, cache: options.cache }), options);
  });
}

function addVerify(artifacts: Command, { shell }: CommandContext, load: LoadWork): void {
  const command = addPlace(
    artifacts
      .command('verify')
      .description('Hash the artifacts of a manifest, or of the whole cache, and name each that is damaged.'),
  ).addOption(progressOption());
  withExamples(
    command,
    `  # before a manifest is carried to another machine
  vent artifacts verify artifacts.json`,
  ).action(
    async (manifest: string | undefined, options: { readonly cache?: string; readonly progress: ProgressForm }) => {
      const work = await load();
      const display = createProgressDisplay(shell, options.progress);
      const damaged = await work.verify({ manifest, cache: options.cache }, display.show).finally(display.clear);
      if (damaged.length > 0)
        throw new VentError('ARTIFACT_CORRUPT', damaged.join('\n'), {
          hint: 'vent artifacts build (or fetch) makes damaged ones again.',
        });
      shell.out('every artifact is as its record says\n');
    },
  );
}
