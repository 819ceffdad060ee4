/** Who may import what. Cycles are biome's (noImportCycles); everything that depends on where a file lies is here. */
import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';
import * as z from 'zod';
import { placeOf, readCode, type Source } from './sources.ts';

export const name = 'imports';

/** A rule speaks of the files under `from` (the most specific exceptions are in `except`) and of what they may not reach. */
interface Rule {
  readonly from: RegExp;
  readonly except?: RegExp;
  /** Matched against a path of the repository (`agent/loop.ts`) or a module's name (`node:fs`). */
  readonly forbids: RegExp;
  readonly allows?: RegExp;
  readonly reason: string;
}

const FILES_AND_PROCESSES = /^node:(fs|child_process|sqlite|worker_threads|cluster)(\/|$)/;

export const RULES: readonly Rule[] = [
  { from: /^agent\//, forbids: /^(coordinator|scripts|test)\//, reason: 'the agent knows only shared/' },
  {
    from: /^coordinator\//,
    except: /^coordinator\/main\.ts$/,
    forbids: /^(agent|scripts|test)\//,
    reason: 'the coordinator knows only shared/',
  },
  { from: /^coordinator\/main\.ts$/, forbids: /^(agent|test)\//, reason: 'the coordinator knows no agent' },
  { from: /^shared\//, forbids: /^(agent|coordinator|scripts|test)\//, reason: 'shared/ knows neither side' },
  { from: /^scripts\//, forbids: /^test\//, reason: 'tests know the code, not the other way round' },
  {
    from: /^coordinator\/cli\//,
    forbids: /^coordinator\//,
    allows: /^coordinator\/cli\//,
    reason: 'the command line talks to a coordinator over the operator service; main.ts passes the rest in',
  },
  { from: /^(agent|coordinator|shared|scripts)\//, forbids: /(^|\/)main\.ts$/, reason: 'only main.ts wires' },
  {
    from: /^agent\//,
    except: /^agent\/host\/linux\//,
    forbids: /^(node:(fs|child_process|net|dgram|os|sqlite|worker_threads|cluster)(\/|$)|systeminformation$)/,
    reason: 'on the agent’s side only agent/host/linux/ touches the machine',
  },
  {
    from: /^agent\//,
    except: /^agent\/(host\/linux|link)\//,
    forbids: /^node:(https?|http2|tls)$/,
    reason: 'on the agent’s side only agent/link/ speaks to the coordinator',
  },
  { from: /^shared\//, forbids: FILES_AND_PROCESSES, reason: 'shared/ touches no machine' },
  {
    from: /^coordinator\//,
    except: /^coordinator\/(main\.ts|cli\/|store\/|artifacts\/|web\/)/,
    forbids: FILES_AND_PROCESSES,
    reason:
      'files and processes are for main.ts, cli/, store/, artifacts/ and web/; take what is needed as an argument',
  },
  {
    from: /^coordinator\/(components|addons\/manifests)\//,
    forbids: /^node:/,
    allows: /^node:(crypto|path|net)$/,
    reason: 'components and manifests are pure',
  },
];

const IMPORT =
  /^(?:import|export) (?:type )?(?:(?:\{[^}]*\}|\*(?: as \w+)?|\w+(?:, \{[^}]*\})?) from )?'([^'\n]+)';|\bimport\('([^'\n]+)'\)/gm;

/** Every import of a source, static and dynamic, with what it names as it is written and the offset it stands at. */
export function importsOf(source: Source): readonly { readonly target: string; readonly offset: number }[] {
  return [...source.text.matchAll(IMPORT)].map((match) => ({
    target: match[1] ?? match[2] ?? '',
    offset: match.index,
  }));
}

function breaks(rule: Rule, path: string, target: string): boolean {
  return (
    rule.from.test(path) &&
    rule.except?.test(path) !== true &&
    rule.forbids.test(target) &&
    rule.allows?.test(target) !== true
  );
}

const manifest = z.object({
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
});

function isDeclared(path: string, target: string, declared: z.infer<typeof manifest>): boolean {
  if (/^(node:|\.)/.test(target)) return true;
  const library = target.split('/', target.startsWith('@') ? 2 : 1).join('/');
  return library in declared.dependencies || (/^(scripts|test)\//.test(path) && library in declared.devDependencies);
}

export async function run(root: string): Promise<readonly string[]> {
  const declared = manifest.parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
  return (await readCode(root)).flatMap((source) =>
    importsOf(source).flatMap(({ target, offset }) => {
      const place = placeOf(source, offset);
      if (!isDeclared(source.path, target, declared)) return [`${place}: ${target} is no dependency in package.json`];
      const resolved = target.startsWith('.') ? posix.join(posix.dirname(source.path), target) : target;
      return RULES.filter((rule) => breaks(rule, source.path, resolved)).map(
        (rule) => `${place}: may not import ${resolved}: ${rule.reason}`,
      );
    }),
  );
}
