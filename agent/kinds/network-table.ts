/** An nftables table of Vent's: always named `vent`, always replaced whole. */

/** @returns text for `nft -f` that puts the table's content in place in one transaction, whether it was there or not */
export function renderTable(family: string, content: string): string {
  const lines = content.trimEnd().split('\n');
  return [
    ...renderAbsence(family),
    `table ${family} vent {`,
    ...lines.map((line) => (line === '' ? line : `\t${line}`)),
    '}',
    '',
  ].join('\n');
}

/** Lines after which there is no table, whether there was one or not: `destroy table` would say it in one, but needs nft 1.0.7. */
export function renderAbsence(family: string): readonly string[] {
  return [`add table ${family} vent`, `delete table ${family} vent`];
}

export function renderTableRemoval(family: string): string {
  return `delete table ${family} vent\n`;
}
