import { GROUPS, objectOutputOption, type RegisterCommand, withExamples } from '../command.ts';
import { renderObject } from '../output.ts';
import { renderStatus } from '../status-screen.ts';

interface StatusOptions {
  readonly watch?: boolean;
  readonly output?: string;
}

/** `vent status`: for each machine what it does or waits for, by name. */
export const register: RegisterCommand = (program, context) => {
  const command = program
    .command('status')
    .summary('Show the cluster in one screen')
    .description('Show the cluster in one screen: for each machine what it does or waits for, by name.')
    .helpGroup(GROUPS.look)
    .option('-w, --watch', 'print again after every change')
    .addOption(objectOutputOption());
  withExamples(
    command,
    `  # what is going on?
  vent status

  # follow it
  vent status --watch

  # for a script
  vent status -o jsonpath='{.machines[*].state}'`,
  );
  command.action(async (options: StatusOptions) => {
    const { shell } = context;
    await context.withOperator(command, async (operator) => {
      const print = async (machines: Parameters<typeof renderStatus>[1]): Promise<void> => {
        const view = await operator.call((methods) => methods.GetCluster, {});
        shell.out(
          options.output === undefined
            ? renderStatus(view, machines, shell.now())
            : renderObject({ cluster: view, machines }, options.output),
        );
      };
      if (options.watch !== true) return print((await operator.call((methods) => methods.ListMachines, {})).machines);
      for await (const update of operator.stream((methods) => methods.WatchMachines, {}, shell.signal))
        await print(update.machines);
    });
  });
};
