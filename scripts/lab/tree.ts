/** The root tree that machines are copied from: built once, named after its recipe, kept in the user's cache. */
import { createHash } from 'node:crypto';
import { access, copyFile, mkdir, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock } from '../../shared/clock.ts';
import type { Children } from './child.ts';
import { BASE_PACKAGES, EMPTIED, FILES, LATER_PACKAGES, LINKS, SUITE } from './tree-recipe.ts';

export interface TreeDeps {
  readonly children: Children;
  readonly clock: Clock;
  /** Directory of the trees. */
  readonly trees: string;
  /** Shows a line of progress. */
  say(line: string): void;
}

/** `$XDG_CACHE_HOME/vent/trees`, else below ~/.cache. */
export function treesDirectory(environment: NodeJS.ProcessEnv, home: string): string {
  return join(environment.XDG_CACHE_HOME ?? join(home, '.cache'), 'vent', 'trees');
}

/** Twelve hex digits that are others as soon as anything of the recipe is. */
export function hashRecipe(): string {
  const recipe = JSON.stringify([SUITE, process.arch, BASE_PACKAGES, LATER_PACKAGES, FILES, LINKS, EMPTIED]);
  return createHash('sha256').update(recipe).digest('hex').slice(0, 12);
}

/**
 * The path of the tree, which is built when it is not there: one to two minutes, and the computer's own Debian mirror.
 * @throws VentError COMMAND_FAILED with the last words of debootstrap or apt
 */
export async function ensureTree(deps: TreeDeps): Promise<string> {
  const tree = join(deps.trees, hashRecipe());
  if (await exists(tree)) return tree;
  await mkdir(deps.trees, { recursive: true });
  await removeLeftovers(deps.trees);
  const part = `${tree}.${process.pid}.part`;
  const started = deps.clock.now();
  try {
    await buildTree(part, deps);
    // Somebody else may have built the same meanwhile; either is as good.
    if (!(await exists(tree))) await rename(part, tree);
  } finally {
    await rm(part, { recursive: true, force: true });
  }
  deps.say(`tree of machines: built in ${Math.round((deps.clock.now() - started) / 1000)} s, kept in ${tree}`);
  return tree;
}

async function buildTree(part: string, deps: TreeDeps): Promise<void> {
  const { children } = deps;
  const sources = parseSources(await askApt(INDEX_TARGETS, children));
  const settings = selectAptSettings(await askApt(['apt-config', 'dump'], children));
  const limit = { milliseconds: 15 * 60_000, environment: { DEBIAN_FRONTEND: 'noninteractive' } };
  await show('debootstrap', deps, async () => {
    const mirror = sources.find((source) => source.suite === SUITE)?.uri;
    const include = `--include=${BASE_PACKAGES.join(',')}`;
    const where = [SUITE, part, ...(mirror === undefined ? [] : [mirror])];
    await children.need([...ISOLATED, '--mount-proc', 'debootstrap', '--variant=minbase', include, ...where], limit);
  });
  await show('cloud-init and ifupdown', deps, async () => {
    const temporary = join(part, 'etc/apt/apt.conf.d/00host');
    const roots = join(part, HOST_ROOTS);
    if (sources.length > 0) await writeFile(join(part, 'etc/apt/sources.list'), renderSources(sources));
    await writeFile(temporary, settings);
    await copyFile(`/${HOST_ROOTS}`, roots).catch(() => undefined);
    const inside = [...ISOLATED, `--mount-proc=${join(part, 'proc')}`, 'chroot', part];
    await children.need([...inside, 'apt-get', 'update'], limit);
    await children.need([...inside, 'apt-get', 'install', '-y', '--no-install-recommends', ...LATER_PACKAGES], limit);
    await children.need([...inside, 'update-ca-certificates', '--fresh'], limit);
    await rm(temporary);
  });
  await finishTree(part);
}

/** A computer without apt has nothing to say about mirrors: debootstrap's own is used. */
async function askApt(argv: readonly string[], children: Children): Promise<string> {
  return children.need(argv).catch(() => '');
}

/** Roots that the host trusts, so that a mirror behind a proxy of the house can be reached. */
const HOST_ROOTS = 'etc/ssl/certs/ca-certificates.crt';

/** Mounts and children end with the command, and the command with whoever started it, even by SIGKILL. */
const ISOLATED = ['setpriv', '--pdeathsig', 'KILL', 'unshare', '--mount', '--pid', '--fork', '--kill-child'] as const;

const INDEX_TARGETS = [
  'apt-get',
  'indextargets',
  '--format',
  '$(REPO_URI) $(RELEASE) $(COMPONENT)',
  'Created-By: Packages',
] as const;

export interface AptSource {
  readonly uri: string;
  readonly suite: string;
  readonly component: string;
}

/** Reads lines of `URI suite component`; only those of the tree's Debian release are of use. */
export function parseSources(text: string): readonly AptSource[] {
  return text
    .split('\n')
    .map((line) => line.split(' '))
    .flatMap(([uri = '', suite = '', component = '']) => (component === '' ? [] : [{ uri, suite, component }]))
    .filter(({ suite }) => suite === SUITE || suite.startsWith(`${SUITE}-`));
}

export function renderSources(sources: readonly AptSource[]): string {
  return sources.map(({ uri, suite, component }) => `deb ${uri} ${suite} ${component}\n`).join('');
}

/** From `apt-config dump`, what decides how a mirror is reached and trusted (apt.conf(5)). */
export function selectAptSettings(dump: string): string {
  const wanted = /^Acquire::(http|https|ftp|Check-Valid-Until|Check-Date|Retries|ForceIPv4|ForceIPv6|AllowInsecure)/i;
  return dump
    .split('\n')
    .filter((line) => wanted.test(line))
    .map((line) => `${line}\n`)
    .join('');
}

async function finishTree(part: string): Promise<void> {
  for (const path of EMPTIED) {
    await rm(join(part, path), { recursive: true, force: true });
    await mkdir(join(part, path), { recursive: true });
  }
  for (const file of FILES) await place(join(part, file.path), (path) => writeFile(path, file.text));
  for (const link of LINKS) await place(join(part, link.path), (path) => symlink(link.target, path));
}

async function place(path: string, make: (path: string) => Promise<void>): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await rm(path, { force: true });
  await make(path);
}

async function show(stage: string, deps: TreeDeps, work: () => Promise<void>): Promise<void> {
  const started = deps.clock.now();
  const line = (): void => deps.say(`tree of machines: ${stage}, ${Math.round((deps.clock.now() - started) / 1000)} s`);
  line();
  const timer = setInterval(line, 10_000);
  await work().finally(() => clearInterval(timer));
}

/** Halves that a killed builder has left. */
async function removeLeftovers(trees: string): Promise<void> {
  for (const name of await readdir(trees)) {
    const pid = /\.(\d+)\.part$/.exec(name)?.[1];
    if (pid !== undefined && !(await exists(`/proc/${pid}`)))
      await rm(join(trees, name), { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
