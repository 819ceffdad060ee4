/** nftables in memory: the statements of `nft -f` that Vent writes, and what `nft list table` would print. */
import { VentError } from '../../../shared/errors.ts';

/** Lines by chain, the line of the hook included. */
type Chains = Map<string, string[]>;

/** Tables by `family name`. */
export type FakeTables = Map<string, Chains>;

const CHAIN = /^(add|delete|flush) chain (\w+ \w+) ([\w-]+)(?: \{ (.*) \})?$/;
const RULE = /^add rule (\w+ \w+) ([\w-]+) (.*)$/;
const TABLE = /^(add|delete|flush) table (\w+ [\w-]+)$/;
const BLOCK = /^table (\w+ \w+) \{\n([\s\S]*?)\n\}$/;

/** Applies a text as one transaction. @throws VentError COMMAND_FAILED, with nothing applied */
export function applyTables(tables: FakeTables, text: string): void {
  const next: FakeTables = new Map([...tables].map(([key, chains]) => [key, copy(chains)]));
  for (const statement of splitStatements(text)) applyStatement(next, statement);
  tables.clear();
  for (const [key, chains] of next) tables.set(key, chains);
}

export function printTable(key: string, chains: Chains): string {
  const blocks = [...chains].map(
    ([name, lines]) => `\tchain ${name} {\n${lines.map((line) => `\t\t${line}\n`).join('')}\t}\n`,
  );
  return `table ${key} {\n${blocks.join('\n')}}\n`;
}

function copy(chains: Chains): Chains {
  return new Map([...chains].map(([name, lines]) => [name, [...lines]]));
}

/** One statement per line; a table's block, which ends at a brace in the first column, is one statement. */
function splitStatements(text: string): readonly string[] {
  return text.match(/^table \w+ \w+ \{\n[\s\S]*?^\}$|^[^\s#}].*$/gm) ?? [];
}

function refuse(statement: string, cause: string): never {
  throw new VentError('COMMAND_FAILED', `cannot apply "${statement.split('\n')[0]}": ${cause}`);
}

function applyStatement(tables: FakeTables, statement: string): void {
  const [, blockKey, body] = BLOCK.exec(statement) ?? [];
  const [, tableVerb, tableKey] = TABLE.exec(statement) ?? [];
  const [, chainVerb, chainTable, chain, hook] = CHAIN.exec(statement) ?? [];
  const [, ruleTable, ruleChain, rule] = RULE.exec(statement) ?? [];
  const chainsOf = (key: string): Chains => tables.get(key) ?? refuse(statement, 'No such file or directory');
  if (blockKey !== undefined)
    tables.set(blockKey, new Map([...(tables.get(blockKey) ?? []), ...parseBody(body ?? '')]));
  else if (tableKey !== undefined) {
    if (tableVerb === 'add') tables.set(tableKey, tables.get(tableKey) ?? new Map());
    else if (chainsOf(tableKey) && tableVerb === 'delete') tables.delete(tableKey);
  } else if (chainTable !== undefined && chain !== undefined) {
    const chains = chainsOf(chainTable);
    const lines = chains.get(chain);
    if (chainVerb === 'add') chains.set(chain, lines ?? (hook === undefined ? [] : [hook]));
    else if (lines === undefined) refuse(statement, 'No such file or directory');
    else if (chainVerb === 'delete') chains.delete(chain);
    else
      chains.set(
        chain,
        lines.filter((line) => line.startsWith('type ')),
      );
  } else if (ruleTable !== undefined && rule !== undefined) {
    const lines = chainsOf(ruleTable).get(ruleChain ?? '') ?? refuse(statement, 'No such file or directory');
    lines.push(rule);
  } else refuse(statement, 'not known to the fake');
}

function parseBody(body: string): Chains {
  const chains: Chains = new Map();
  for (const [, name = '', lines = ''] of body.matchAll(/^\s*chain ([\w-]+) \{\n([\s\S]*?)^\s*\}$/gm))
    chains.set(
      name,
      lines
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== ''),
    );
  return chains;
}
