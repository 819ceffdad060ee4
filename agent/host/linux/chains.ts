/** Chains that iptables-nft keeps in nftables. They are changed through iptables itself, since nft cannot write all that iptables can. */
import type { Chain } from '../host.ts';
import type { Commands } from './commands.ts';

const PROGRAMS = { ip: 'iptables', ip6: 'ip6tables' } as const;
const TABLES = ['raw', 'mangle', 'nat', 'filter'];

/** @param text output of `nft list chains` */
export function parseChains(text: string): readonly Chain[] {
  const found: Chain[] = [];
  let table: Pick<Chain, 'family' | 'table'> | undefined;
  for (const line of text.split('\n')) {
    const [, family, name] = /^table (\S+) (\S+) \{$/.exec(line) ?? [];
    const chain = /^\tchain (\S+) \{/.exec(line)?.[1];
    if (name !== undefined)
      table = (family === 'ip' || family === 'ip6') && TABLES.includes(name) ? { family, table: name } : undefined;
    else if (chain !== undefined && table !== undefined) found.push({ ...table, name: chain });
  }
  return found;
}

/** Nothing where there is no nft: then nothing of iptables-nft's is there either. */
export async function listChains(commands: Commands): Promise<readonly Chain[]> {
  const { stdout } = await commands.run('nft', ['list', 'chains'], { accepted: [1] }).catch(() => ({ stdout: '' }));
  return parseChains(stdout);
}

/**
 * What iptables-restore is fed, in one transaction. @param rules output of `iptables -S`
 * Rules name a chain after -j or -g (iptables(8)).
 */
export function renderChainRemoval(table: string, rules: string, names: readonly string[]): string {
  const leads = (line: string): boolean => names.includes(/ -[jg] (\S+)/.exec(line)?.[1] ?? '');
  const isOwn = (line: string): boolean => names.includes(/^-A (\S+)/.exec(line)?.[1] ?? '');
  const deletions = rules
    .split('\n')
    .filter((line) => line.startsWith('-A ') && leads(line) && !isOwn(line))
    .map((line) => line.replace(/^-A/, '-D'));
  const lines = [`*${table}`, ...deletions, ...names.map((name) => `-F ${name}`), ...names.map((name) => `-X ${name}`)];
  return `${[...lines, 'COMMIT'].join('\n')}\n`;
}

export async function removeChains(
  commands: Commands,
  family: Chain['family'],
  table: string,
  names: readonly string[],
): Promise<void> {
  const program = PROGRAMS[family];
  const { stdout: rules } = await commands.run(program, ['-w', '5', '-t', table, '-S']);
  const input = renderChainRemoval(table, rules, names);
  await commands.run(`${program}-restore`, ['-w', '5', '--noflush'], { input });
  const { stdout: rest } = await commands.run(program, ['-w', '5', '-t', table, '-S']);
  // iptables makes its tables when they are first used, and never removes them.
  if (rest.split('\n').every((line) => line === '' || /^-P \S+ ACCEPT$/.test(line)))
    await commands.run('nft', ['delete', 'table', family, table]);
}
