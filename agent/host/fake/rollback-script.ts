/** What `vent-rollback.service` does to the machine in memory: the same lines that the shell would run, one by one. */

import type { FakeTree } from './files.ts';
import type { FakeNetwork } from './network.ts';
import { applyTables } from './tables.ts';

const DIRECTORY = '/opt/vent/rollback';

export interface RollbackMachine {
  readonly tree: FakeTree;
  readonly networking: FakeNetwork;
  readonly sysctls: Map<string, string>;
  /** `systemctl VERB NAME`; what cannot be done is passed over, as the script does. */
  systemctl(verb: string, name: string): void;
}

function textAt({ nodes }: FakeTree, path: string): string | undefined {
  const content = nodes.get(path)?.content;
  return content === undefined ? undefined : new TextDecoder().decode(content);
}

/** The words of a line as the shell reads them, quotes taken away. */
function wordsOf(line: string): readonly string[] {
  return [...line.matchAll(/((?:'[^']*'|\\'|[^\s'])+)/g)].map(([, word = '']) =>
    word.replaceAll(
      /'([^']*)'|\\(')/g,
      (_, quoted: string | undefined, escaped: string | undefined) => quoted ?? escaped ?? '',
    ),
  );
}

function attributesOf(mode: string, owner: string): { readonly mode: string; readonly owner: string } {
  return { mode, owner };
}

/** Runs the script whole, unless the change was committed. @returns true when it took something back */
export function runRollback(machine: RollbackMachine): boolean {
  const { tree } = machine;
  const undo = textAt(tree, `${DIRECTORY}/undo`);
  if (undo === undefined) return false;
  const isCommitted = /^\d{8} [0-9a-f]{8} \{"type":"COMMIT".*\}$/m.test(textAt(tree, '/var/lib/vent/journal') ?? '');
  if (isCommitted) return false;
  tree.putFile(`${DIRECTORY}/going-back`, '');
  for (const line of undo.slice(undo.indexOf('\n}\n\n')).split('\n')) runLine(machine, wordsOf(line));
  tree.putFile(`${DIRECTORY}/undone`, undo);
  tree.nodes.delete(`${DIRECTORY}/undo`);
  return true;
}

function runLine(machine: RollbackMachine, words: readonly string[]): void {
  const { tree, sysctls } = machine;
  const [verb, a = '', b = '', c = '', d = ''] = words[0] === 'timeout' ? words.slice(2) : words;
  switch (verb) {
    case 'put_back':
      tree.putFile(d, textAt(tree, `${DIRECTORY}/copies/${a}`) ?? '', attributesOf(b, c));
      return;
    case 'link_back':
      tree.nodes.set(b, {
        type: 'symlink',
        attributes: attributesOf('0777', 'root:root'),
        content: new Uint8Array(),
        target: a,
      });
      return;
    case 'make_back':
      tree.nodes.set(c, {
        type: 'directory',
        attributes: attributesOf(a, b),
        content: new Uint8Array(),
        target: undefined,
      });
      return;
    case 'take_away':
      if (![...tree.nodes.keys()].some((path) => path.startsWith(`${a}/`))) tree.nodes.delete(a);
      return;
    case 'set_back':
      sysctls.set(a, b);
      return;
    case 'systemctl':
      machine.systemctl(a, b === '--no-block' ? c : b);
      return;
    case 'restore_network':
      restoreNetwork(machine, Number(a), b.split(' '));
      return;
    default:
  }
}

function restoreNetwork({ tree, networking }: RollbackMachine, copy: number, links: readonly string[]): void {
  const lines = (index: number): readonly string[] =>
    (textAt(tree, `${DIRECTORY}/copies/${copy + index}`) ?? '').split('\n').filter((line) => line !== '');
  const run = (line: string): void => {
    try {
      networking.runLine(line);
    } catch {
      // As a line that ip refuses: the next one is run.
    }
  };
  const routes = lines(1);
  for (const line of lines(0)) run(`address add ${line}`);
  for (const line of routes) run(`route replace ${line}`);
  for (const { name, type } of [...networking.links.values()])
    if (type === 'macvlan' && !links.includes(name)) run(`link delete ${name}`);
  for (const line of routes) run(`route replace ${line}`);
  applyTables(networking.tables, lines(2).join('\n'));
}
