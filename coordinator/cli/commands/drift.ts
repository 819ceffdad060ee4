import type { DriftView } from '../../../shared/wire.ts';
import { addOutputOptions, GROUPS, type RegisterCommand, withExamples } from '../command.ts';
import { type Listing, type OutputOptions, printList, renderAge } from '../output.ts';

function driftListing(now: number): Listing<DriftView> {
  return {
    kind: 'Drift',
    nameOf: (entry) => `drift/${entry.machine}/${entry.resource}`,
    objectOf: (entry) => entry,
    columns: [
      { title: 'MACHINE', value: (entry) => entry.machine },
      { title: 'RESOURCE', value: (entry) => entry.resource },
      { title: 'COMPONENT', value: (entry) => entry.component, isWide: true },
      { title: 'POLICY', value: (entry) => entry.policy },
      { title: 'WHAT', value: (entry) => entry.what },
      { title: 'AT', value: (entry) => entry.at, isWide: true },
      { title: 'AGE', value: (entry) => renderAge(now - Date.parse(entry.at)) },
    ],
  };
}

/** `vent drift [MACHINE]`: what others changed on machines, and what was done about it. */
export const register: RegisterCommand = (program, context) => {
  const command = program
    .command('drift')
    .argument('[machine]', 'name, device id or uuid; all of them without')
    .summary('List what others changed on machines')
    .description(
      'List what somebody else than Vent changed on machines, oldest first: repaired at once, or reported or adopted where spec.drift says so.',
    )
    .helpGroup(GROUPS.look);
  addOutputOptions(command);
  withExamples(
    command,
    `  # the timeline of one machine
  vent drift workers-1

  # what happened when, by component
  vent drift -o wide --sort-by {.at}`,
  );
  command.action(async (machine: string | undefined, options: OutputOptions) => {
    await context.withOperator(command, async (operator) => {
      const { entries } = await operator.call((methods) => methods.ListDrift, { machine: machine ?? '' });
      printList(context.shell, driftListing(context.shell.now()), entries, options);
    });
  });
};
