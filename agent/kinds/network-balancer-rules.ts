/** The nftables text behind kind `balancer`, and what can be read back from the kernel. */
import type { ResourceOf } from '../../shared/document.ts';
import { renderTable } from './network-table.ts';

type Balancer = ResourceOf<'balancer'>;

/** The family of the balancer's table `vent`; a machine has one balancer. */
export const BALANCER_FAMILY = 'ip';

/** Where connections go while Vent has not looked yet: to the preferred backend, else to any. */
export function initialBackends({ preferred, backends }: Balancer): readonly string[] {
  return preferred === undefined ? backends.toSorted() : [preferred];
}

function matchOf({ address, port }: Balancer): string {
  return `ip daddr ${address} tcp dport ${port}`;
}

/**
 * One transaction for `nft -f` that leads connections to `live`. A number for the priority: nft 1.0.6 refuses `dstnat` in
 * the output hook. The second chain sees only what the first did not translate: a reset says at once what would else be a
 * time-out.
 */
export function renderRules(resource: Balancer, live: readonly string[]): string {
  const match = matchOf(resource);
  const backends = live.map((backend, index) => `${index} : ${backend}`).join(', ');
  const content = [
    'chain output {',
    '\ttype nat hook output priority -100; policy accept;',
    ...(live.length === 0 ? [] : [`\t${match} dnat to numgen random mod ${live.length} map { ${backends} }`]),
    '}',
    '',
    'chain refusal {',
    '\ttype filter hook output priority 0; policy accept;',
    `\t${match} reject with tcp reset`,
    '}',
  ];
  return renderTable(BALANCER_FAMILY, content.join('\n'));
}

/** Rules by chain, without the line of its hook. */
function parseChains(table: string): ReadonlyMap<string, readonly string[]> {
  const chains = new Map<string, string[]>();
  let current: string[] | undefined;
  for (const line of table.split('\n').map((text) => text.trim())) {
    const name = /^chain (\S+) \{$/.exec(line)?.[1];
    if (name !== undefined) {
      current = [];
      chains.set(name, current);
    } else if (line === '}') current = undefined;
    else if (line !== '' && !line.startsWith('type ')) current?.push(line);
  }
  return chains;
}

/**
 * The backends that the kernel leads connections to now, or undefined when the table is not as Vent writes it.
 * @param table text of `nft list table`
 */
export function parseBackends(resource: Balancer, table: string): readonly string[] | undefined {
  const chains = parseChains(table);
  const rules = chains.get('output');
  const match = matchOf(resource);
  if (chains.size !== 2 || chains.get('refusal')?.join() !== `${match} reject with tcp reset`) return undefined;
  if (rules === undefined || rules.length > 1) return undefined;
  const [rule] = rules;
  if (rule === undefined) return [];
  const [before, list, ...rest] = rule.split(/ map \{ | \}$/);
  const backends = list?.split(', ').map((entry) => entry.replace(/^\d+ : /, '')) ?? [];
  const isOwn = before === `${match} dnat to numgen random mod ${backends.length}` && rest.join('') === '';
  return isOwn ? backends : undefined;
}
