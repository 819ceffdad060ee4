import { GROUPS, type RegisterCommand } from '../command.ts';

/** `vent explain cluster.spec.network`: the fields of the cluster file, from its schema. */
export const register: RegisterCommand = (program, context) => {
  program
    .command('explain')
    .argument('[path]', 'such as cluster.spec.network', 'cluster')
    .summary('Explain a field of the cluster file')
    .description('Explain a field of the cluster file: what it means, its type, default and fields.')
    .helpGroup(GROUPS.begin)
    .action(async (path: string) => {
      const { explainField } = await import('../../../shared/spec/explain.ts');
      context.shell.out(explainField(path));
    });
};
