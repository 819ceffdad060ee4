/** An nftables table of Vent's: always named `vent`, always replaced whole. */

/** @returns text for `nft -f` that puts the table's content in place in one transaction, whether it was there or not */
export function renderTable(family: string, content: string): string {
  const lines = content.trimEnd().split('\n');
  return [
    // `destroy table` would say these two in one line, but needs nft 1.0.7.
    `add table ${family} vent`,
    `delete table ${family} vent`,
    `table ${family} vent {`,
    ...lines.map((line) => (line === '' ? line : `\t${line}`)),
    '}',
    '',
  ].join('\n');
}

export function renderTableRemoval(family: string): string {
  return `delete table ${family} vent\n`;
}
