/** An nftables table of Vent's: always named `vent`, always replaced whole. */

/** @returns text for `nft -f` that puts the table's content in place in one transaction, whether it was there or not */
export function renderTable(family: string, content: string): string {
  // `destroy table` would say it in one line, but needs nft 1.0.7.
  return `add table ${family} vent\ndelete table ${family} vent\ntable ${family} vent {\n${content.trimEnd()}\n}\n`;
}

export function renderTableRemoval(family: string): string {
  return `delete table ${family} vent\n`;
}
