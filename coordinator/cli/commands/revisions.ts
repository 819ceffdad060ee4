import type { RevisionView } from '../../../shared/wire.ts';
import { addOutputOptions, GROUPS, type RegisterCommand, withExamples } from '../command.ts';
import { type Listing, type OutputOptions, printList, renderAge, renderObject } from '../output.ts';
import { parseRevision, readRevision } from '../revisions.ts';

function revisionListing(now: number): Listing<RevisionView> {
  return {
    kind: 'Revision',
    nameOf: (revision) => `revision/${revision.number}`,
    objectOf: (revision) => revision,
    columns: [
      { title: 'REVISION', value: (revision) => revision.number },
      { title: 'AUTHOR', value: (revision) => revision.author },
      { title: 'MESSAGE', value: (revision) => revision.message },
      { title: 'FILE', value: (revision) => revision.file_name, isWide: true },
      { title: 'AGE', value: (revision) => renderAge(now - Date.parse(revision.created_at)) },
    ],
  };
}

/** `vent revisions [N]`: what was applied, by whom, when and why; one of them as its text. */
export const register: RegisterCommand = (program, context) => {
  const command = program
    .command('revisions')
    .argument('[revision]', 'number; prints its text')
    .summary('List what was applied, or print one of them')
    .description(
      'List the numbered revisions of the cluster file, oldest first: who applied them, when and why. With a number, print its text.',
    )
    .helpGroup(GROUPS.change);
  addOutputOptions(command);
  withExamples(
    command,
    `  # who changed the cluster, when and why
  vent revisions

  # the cluster file as it was
  vent revisions 3 > cluster.yaml`,
  );
  command.action(async (number: string | undefined, options: OutputOptions) => {
    const { shell } = context;
    const wanted = number === undefined ? undefined : parseRevision(number);
    await context.withOperator(command, async (operator) => {
      if (wanted !== undefined) {
        const { view, content } = await readRevision(operator, wanted);
        const format = options.output ?? 'table';
        shell.out(/^(json|yaml|jsonpath=)/.test(format) ? renderObject({ ...view, content }, format) : content);
        return;
      }
      const { revisions } = await operator.call((methods) => methods.ListRevisions, {});
      printList(shell, revisionListing(shell.now()), revisions, options);
    });
  });
};
