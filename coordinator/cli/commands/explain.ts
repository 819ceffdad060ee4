import type { Command } from 'commander';
import type { Explanation } from '../../../shared/spec/explain.ts';
import type { ExplainedSetting } from '../../../shared/spec/patches.ts';
import { type CommandContext, GROUPS, type RegisterCommand, withExamples } from '../command.ts';
import { findMachine } from '../find-machine.ts';
import { renderTable } from '../output.ts';
import { readRevision } from '../revisions.ts';

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
  registerNode(command, context);
};

function registerNode(explain: Command, context: CommandContext): void {
  const command = explain
    .command('node')
    .argument('<machine>', 'name, id or device id')
    .description(
      'Show every setting that patches make on a machine, and which patch of the cluster file it comes from.',
    );
  withExamples(
    command,
    `  # where does its maxPods come from?
  vent explain node workers-1`,
  );
  command.action(async (name: string) => {
    const { loadSpec } = await import('../../../shared/spec/load.ts');
    const { explainSettings } = await import('../../../shared/spec/patches.ts');
    await context.withOperator(command, async (operator) => {
      const machine = await findMachine(operator, name);
      const { view, content } = await readRevision(operator);
      const settings = explainSettings(loadSpec(content, view.file_name).spec.patches, machine);
      const columns = [
        { title: 'SETTING', value: (setting: ExplainedSetting) => setting.path },
        { title: 'VALUE', value: (setting: ExplainedSetting) => setting.value },
        { title: 'FROM', value: (setting: ExplainedSetting) => setting.from },
      ];
      if (settings.length === 0) context.shell.err(`no patch concerns ${machine.name}\n`);
      else context.shell.out(renderTable(columns, settings, false, true));
    });
  });
}
