/** Two texts of a cluster file, compared. */

export interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** @returns a unified diff, empty when there is no difference */
export async function renderDiff(before: NamedText, after: NamedText): Promise<string> {
  if (before.text === after.text) return '';
  const { createTwoFilesPatch, OMIT_HEADERS } = await import('diff');
  const hunks = createTwoFilesPatch(before.name, after.name, before.text, after.text, '', '', {
    context: 3,
    headerOptions: OMIT_HEADERS,
  });
  return `--- ${before.name}\n+++ ${after.name}\n${hunks}`;
}
