import type { Explanation } from '../../../shared/spec/explain.ts';
import { GROUPS, type RegisterCommand, withExamples } from '../command.ts';

function renderExplanation(field: Explanation): string {
  const head = `FIELD: ${field.path} <${field.type}>${field.isRequired ? ' (required)' : ''}\n${field.description}\n`;
  const preset = field.default === undefined ? '' : `Default: ${field.default}\n`;
  const width = Math.max(0, ...field.fields.map((one) => one.name.length));
  const lines = field.fields.map((one) => {
    const note = one.isRequired ? ' (required)' : one.default === undefined ? '' : ` (default ${one.default})`;
    return `  ${one.name.padEnd(width)}  <${one.type}>${note}\n  ${' '.repeat(width)}  ${one.description}\n`;
  });
  return `${head}${preset}${lines.length === 0 ? '' : `FIELDS:\n${lines.join('')}`}`;
}

/** `vent explain cluster.spec.network`: the fields of the cluster file, from its schema. */
export const register: RegisterCommand = (program, context) => {
  const command = program
    .command('explain')
    .argument('[field]', 'such as cluster.spec.network', 'cluster')
    .summary('Explain a field of the cluster file')
    .description('Explain a field of the cluster file: what it means, its type, default and fields.')
    .helpGroup(GROUPS.begin);
  withExamples(
    command,
    `  # everything there is
  vent explain cluster.spec

  # one field
  vent explain cluster.spec.network.flannel.attach`,
  );
  command.action(async (path: string) => {
    const { explainField } = await import('../../../shared/spec/explain.ts');
    context.shell.out(renderExplanation(explainField(path)));
  });
};
