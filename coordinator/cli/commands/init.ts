import { VentError } from '../../../shared/errors.ts';
import { GROUPS, type RegisterCommand } from '../command.ts';

/** `vent init`: writes a commented cluster file. */
export const register: RegisterCommand = (program, context) => {
  program
    .command('init')
    .argument('[file]', 'where to write; - prints it', 'cluster.yaml')
    .summary('Write a commented cluster file')
    .description('Write a commented cluster file to begin with.')
    .helpGroup(GROUPS.begin)
    .option('--force', 'replace a file that is there')
    .action(async (file: string, options: { readonly force?: boolean }) => {
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
      await shell.writeFile(file, starterSpec(), false);
      shell.out(`${file} written\n`);
    });
};
