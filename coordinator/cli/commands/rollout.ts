import type { Command } from 'commander';
import { VentError } from '../../../shared/errors.ts';
import {
  type AcceptOptions,
  acceptedRisks,
  acceptRiskOption,
  type CommandContext,
  GROUPS,
  objectOutputOption,
  type RegisterCommand,
  withExamples,
} from '../command.ts';
import { followRollout } from '../follow-rollout.ts';
import { renderAge, renderObject, renderTable } from '../output.ts';
import { type ProgressForm, progressOption } from '../progress.ts';
import { describeApplied } from '../revisions.ts';
import { FILENAME_HELP, readSpecFile } from '../spec-file.ts';

const ACTIONS = {
  pause: {
    description: 'Let no further machine take the newest revision up; renewals, reports and first documents go on.',
    example: 'look at what moved before more machines do',
  },
  resume: {
    description: 'Let a roll-out go on that was paused, or that failed and whose cause is mended.',
    example: 'all is well, go on',
  },
  abort: {
    description: 'End the roll-out: machines that have the newest revision keep it, the others keep what they have.',
    example: 'go no further',
  },
} as const;

function registerStatus(rollout: Command, context: CommandContext): void {
  const command = rollout
    .command('status')
    .description(
      'Show how far the newest revision has spread, machine by machine, what it waits for, and which machine did something else than was planned for it.',
    )
    .addOption(objectOutputOption());
  withExamples(
    command,
    `  # how far is it, and what does it wait for?
  vent rollout status`,
  );
  command.action(async (options: { readonly output?: string }) => {
    const { shell } = context;
    await context.withOperator(command, async (operator) => {
      const view = await operator.call((methods) => methods.GetRollout, {});
      if (options.output !== undefined) return shell.out(renderObject(view, options.output));
      const reason = view.message === '' ? '' : `: ${view.message}`;
      shell.out(`Roll-out of revision ${view.revision} ${view.state}${reason}\n`);
      const columns = [
        { title: 'MACHINE', value: (one: (typeof view.machines)[number]) => one.machine },
        { title: 'STATE', value: (one: (typeof view.machines)[number]) => one.state },
        { title: 'REVISION', value: (one: (typeof view.machines)[number]) => one.revision },
        {
          title: 'MOVED',
          value: (one: (typeof view.machines)[number]) =>
            one.moved_at === '' ? '-' : renderAge(shell.now() - Date.parse(one.moved_at)),
        },
      ];
      shell.out(renderTable(columns, view.machines, false, true));
      for (const { machine, differences } of view.machines)
        for (const difference of differences) shell.out(`${machine}: ${difference}\n`);
    });
  });
}

function registerUndo(rollout: Command, context: CommandContext): void {
  const command = rollout
    .command('undo')
    .description(
      'Apply the last revision that reached every machine again, as a new one: every machine that took the newest up goes back, in the same order and with the same waits.',
    )
    .option('-m, --message <text>', 'why, kept with the revision')
    .addOption(acceptRiskOption());
  withExamples(
    command,
    `  # take the last change back
  vent rollout undo -m "pods became slow"`,
  );
  command.action(async (options: AcceptOptions & { readonly message?: string }) => {
    await context.withOperator(command, async (operator) => {
      const { revision, previous_revision: number } = await operator.call((methods) => methods.GetRollout, {});
      if (number === '0')
        throw new VentError(
          'NOT_FOUND',
          `cannot undo revision ${revision}: no revision before it reached every machine`,
          {
            hint: 'Name one with vent rollback.',
          },
        );
      const message = options.message ?? `undo revision ${revision}`;
      const request = { number, message, dry_run: false, accept_risks: acceptedRisks(options) };
      const answer = await operator.call((methods) => methods.Rollback, request);
      context.shell.out(describeApplied(answer, false));
    });
  });
}

interface RunGatesOptions {
  readonly filename: string;
  readonly timeout: string;
  readonly progress: ProgressForm;
}

function registerRunGates(rollout: Command, context: CommandContext): void {
  const command = rollout
    .command('run-gates')
    .requiredOption('-f, --filename <file>', FILENAME_HELP)
    .description(
      'Follow the newest roll-out to its end and run the commands of its gates here when it waits for them. Only commands that stand in this file are run.',
    )
    .option('--timeout <duration>', 'how long to follow it', '24h')
    .addOption(progressOption());
  withExamples(
    command,
    `  # run the gates of a roll-out that somebody else began
  vent rollout run-gates -f cluster.yaml`,
  );
  command.action(async (options: RunGatesOptions) => {
    const { shell } = context;
    const { loadSpec } = await import('../../../shared/spec/load.ts');
    const { text, name } = await readSpecFile(shell, options.filename);
    const { gates } = loadSpec(text, name).spec.rollout;
    await context.withOperator(command, async (operator) => {
      const { revision } = await operator.call((methods) => methods.GetRollout, {});
      await followRollout(operator, shell, { ...options, revision, gates });
    });
  });
}

/** `vent rollout status|pause|resume|abort|undo|run-gates`. */
export const register: RegisterCommand = (program, context) => {
  const rollout = program
    .command('rollout')
    .summary('Watch and steer how a change spreads')
    .description('Watch and steer how the newest revision spreads over the machines.')
    .helpGroup(GROUPS.change);
  registerStatus(rollout, context);
  for (const [action, { description, example }] of Object.entries(ACTIONS)) {
    const command = rollout.command(action).description(description);
    withExamples(command, `  # ${example}\n  vent rollout ${action}`);
    command.action(async () => {
      await context.withOperator(command, async (operator) => {
        const { revision, state } = await operator.call((methods) => methods.ControlRollout, { action });
        context.shell.out(`rollout/${revision} ${state}\n`);
      });
    });
  }
  registerUndo(rollout, context);
  registerRunGates(rollout, context);
};
