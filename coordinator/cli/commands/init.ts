import { VentError } from '../../../shared/errors.ts';
import { addDryRun, GROUPS, type RegisterCommand, withExamples } from '../command.ts';

/** `vent init`: writes a commented cluster file. */
export const register: RegisterCommand = (program, context) => {
  const command = program
    .command('init')
    .argument('[file]', 'where to write; - prints it', 'cluster.yaml')
    .summary('Write a commented cluster file')
    .description('Write a commented cluster file to begin with.')
    .helpGroup(GROUPS.begin)
    .option('--force', 'replace a file that is there');
  addDryRun(command);
  withExamples(
    command,
    `  # begin with a file to edit
  vent init cluster.yaml

  # only look at it
  vent init -`,
  );
  command.action(async (file: string, options: { readonly force?: boolean; readonly dryRun?: boolean }) => {
    const { shell } = context;
    const { starterSpec } = await import('../../../shared/spec/starter.ts');
    if (file === '-') return shell.out(starterSpec());
    const exists = await shell.readFile(file).then(
      () => true,
      () => false,
    );
    if (exists && options.force !== true) {
      throw new VentError('CONFLICT', `cannot write ${file}: it is there already`, {
        hint: 'Name another file, or replace it with --force.',
      });
    }
    if (options.dryRun !== true) await shell.writeFile(file, starterSpec(), false);
    shell.out(`${file} ${options.dryRun === true ? 'would be written' : 'written'}\n`);
  });
};
