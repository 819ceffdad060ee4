import { GROUPS, type RegisterCommand, withExamples } from '../command.ts';

/** `vent schema`: JSON Schema of the cluster file, for editors. */
export const register: RegisterCommand = (program, context) => {
  const command = program
    .command('schema')
    .summary('Print the JSON Schema of the cluster file')
    .description(
      'Print the JSON Schema of the cluster file. Editors read it through the line `# yaml-language-server: $schema=FILE`.',
    )
    .helpGroup(GROUPS.begin);
  withExamples(
    command,
    `  # for an editor; the file then begins with: # yaml-language-server: $schema=cluster.schema.json
  vent schema > cluster.schema.json`,
  );
  command.action(async () => {
    const { jsonSchema } = await import('../../../shared/spec/explain.ts');
    context.shell.out(`${JSON.stringify(jsonSchema(), null, 2)}\n`);
  });
};
