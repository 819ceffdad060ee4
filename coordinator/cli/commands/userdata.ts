import { join } from 'node:path';
import { Option } from 'commander';
import { VentError } from '../../../shared/errors.ts';
import { GROUPS, type RegisterCommand, withExamples } from '../command.ts';

interface UserdataOptions {
  readonly token: string;
  readonly secret?: string;
  readonly format: string;
  readonly device?: string;
  readonly directory?: string;
}

/** `vent userdata`: what a machine boots with. */
export const register: RegisterCommand = (program, context) => {
  const command = program
    .command('userdata')
    .summary('Print what a machine boots with')
    .description(
      'Print the userdata of a token: a short script that fetches, checks and starts the agent. The secret may also come in VENT_TOKEN_SECRET.',
    )
    .helpGroup(GROUPS.machines)
    .requiredOption('--token <token>', 'id of the token')
    .option('--secret <hex>', 'secret of the token, as printed when it was made')
    .addOption(
      new Option('--format <format>', 'how a machine is to read it')
        .choices(['script', 'cloud-config', 'mime', 'nocloud'])
        .default('script'),
    )
    .option('--device <id>', 'device id of a machine without a metadata service')
    .option('--directory <path>', 'where the files of nocloud are written');
  withExamples(
    command,
    `  # for the form of a facility that takes a script; the secret comes from the environment
  VENT_TOKEN_SECRET=5e0f... vent userdata --token 4k2v > userdata.sh

  # a machine that is simply there, named as in provider.static of the cluster file
  VENT_TOKEN_SECRET=5e0f... vent userdata --token 4k2v --device rack1-n1 > userdata.sh

  # a NoCloud directory, to be put on a disk
  VENT_TOKEN_SECRET=5e0f... vent userdata --token 4k2v --device rack1-n1 --format nocloud --directory seed`,
  );
  command.action(async (options: UserdataOptions) => {
    const { shell } = context;
    const secret = options.secret ?? shell.env.VENT_TOKEN_SECRET;
    if (secret === undefined)
      throw new VentError('USAGE', 'cannot make userdata: there is no secret', {
        hint: 'Pass --secret, or set VENT_TOKEN_SECRET.',
      });
    const { files } = await context.withOperator(command, (operator) =>
      operator.call((methods) => methods.GetUserdata, {
        token_id: options.token,
        secret,
        format: options.format,
        device_id: options.device ?? '',
      }),
    );
    const entries = Object.entries(files);
    const [only] = entries;
    if (entries.length === 1 && only !== undefined) return shell.out(only[1]);
    if (options.directory === undefined)
      throw new VentError('USAGE', `cannot print ${entries.length} files`, {
        hint: 'Name a --directory to write them to.',
      });
    for (const [name, text] of entries) {
      await shell.writeFile(join(options.directory, name), text, true);
      shell.out(`${join(options.directory, name)} written\n`);
    }
  });
};
