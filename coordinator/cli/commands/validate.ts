import { GROUPS, type RegisterCommand, withExamples } from '../command.ts';
import { FILENAME_HELP, readSpecFile } from '../spec-file.ts';

/** `vent validate`: needs no coordinator. */
export const register: RegisterCommand = (program, context) => {
  const command = program
    .command('validate')
    .requiredOption('-f, --filename <file>', FILENAME_HELP)
    .summary('Check a cluster file without a coordinator')
    .description('Check a cluster file without a coordinator. Every problem is told with file, line and column.')
    .helpGroup(GROUPS.begin);
  withExamples(
    command,
    `  # before it is applied, or in a pipeline
  vent validate -f cluster.yaml

  # what another program wrote
  vent init - | vent validate -f -`,
  );
  command.action(async (options: { readonly filename: string }) => {
    const { loadSpec } = await import('../../../shared/spec/load.ts');
    const { text, name } = await readSpecFile(context.shell, options.filename);
    const file = loadSpec(text, name);
    context.shell.out(`${name}: cluster ${file.metadata.name} is valid\n`);
  });
};
