/** `vent lab ...`: a bare-metal facility on this computer. The lab itself is loaded when a command runs, so that help is quick. */
import type { Command } from 'commander';
import { GROUPS, objectOutputOption, type RegisterCommand, withExamples } from '../../coordinator/cli/command.ts';
import { currentContext } from '../../coordinator/cli/config.ts';
import { connectOperator } from '../../coordinator/cli/operator.ts';
import { renderObject, renderTable } from '../../coordinator/cli/output.ts';
import { Exit, type Shell } from '../../coordinator/cli/shell.ts';
import { VentError } from '../../shared/errors.ts';
import type { KnownMachine, LabInfo } from './info.ts';
import type { Lab } from './lab.ts';

/** A lab by its instance name; `say` shows a line of progress. */
export type OpenLab = (instance: string, say: (line: string) => void) => Promise<Lab>;

/** What every command of a lab is made with. */
interface Tools {
  readonly shell: Shell;
  open(options: LabOptions): Promise<Lab>;
  /** @param usage name of the command @param examples as `withExamples` has them */
  add(usage: string, summary: string, examples: string): Command;
}

/** Adds `lab` and its commands to the program. */
export function createLabCommand(openLab: OpenLab): RegisterCommand {
  return (program, { shell }) => {
    const lab = program
      .command('lab')
      .summary('Real machines on this computer')
      .description('Run a bare-metal facility on this computer: real machines that boot, in networks of their own.')
      .helpGroup(GROUPS.rehearse);
    const tools: Tools = {
      shell,
      open: (options) => openLab(options.instance, (line) => shell.err(`${line}\n`)),
      add: (usage, summary, examples) =>
        withExamples(
          lab.command(usage).description(summary).option('--instance <name>', 'which lab', 'main'),
          examples,
        ),
    };
    addLife(tools);
    addInfo(tools);
    addExec(tools);
    addLogs(tools);
    addReboot(tools);
    addKubectl(tools);
  };
}

/** The command as `vent` has it. */
export const registerLab = createLabCommand(async (instance, say) => {
  const { createLab } = await import('./lab.ts');
  return createLab(instance, say);
});

function addLife({ add, open, shell }: Tools): void {
  add(
    'up',
    'Start the facility; machines are ordered with its API, or by `vent provision`',
    '  # a facility without machines\n  vent lab up\n\n  # another one beside it\n  vent lab up --instance other',
  ).action(async (options: LabOptions) => {
    const lab = await open(options);
    await lab.up();
    await lab.startFacility();
    shell.out(`lab ${lab.names.instance} is up; see \`vent lab info\`\n`);
  });
  add(
    'down',
    'Take away machines, networks and everything else the lab has made',
    '  # also after a crash, and again\n  vent lab down',
  ).action(async (options: LabOptions) => {
    const lab = await open(options);
    await lab.down();
    const { withdrawContext } = await import('./context.ts');
    await withdrawContext(options.instance, shell);
    shell.out(`lab ${lab.names.instance} is down\n`);
  });
}

function addInfo({ add, open, shell }: Tools): void {
  const info = add(
    'info',
    'Show addresses and machines',
    `  # for people
  vent lab info

  # for programs: the address of a machine
  vent lab info -o jsonpath='{.machines[0].publicIPv4}'`,
  );
  info.addOption(objectOutputOption()).action(async (options: LabOptions) => {
    const read = await readInfo(await open(options), shell);
    shell.out(options.output === undefined ? renderInfo(read) : renderObject(read, options.output));
  });
}

function addExec({ add, open }: Tools): void {
  add(
    'exec',
    "Run a command in a machine, as root; ends with the command's exit code",
    `  # what runs there?
  vent lab exec workers-1 -- systemctl list-units 'vent-*'

  # a shell
  vent lab exec workers-1 -- bash`,
  )
    .argument('<machine>', 'hostname or device id')
    .argument('<words...>', 'the command, after --')
    .action(async (machine: string, words: readonly string[], options: LabOptions) => {
      throw new Exit(await attach(await open(options), machine, words));
    });
}

function addLogs({ add, open }: Tools): void {
  add(
    'logs',
    'Show what a machine has said',
    `  # its journal, and what comes
  vent lab logs workers-1 -f

  # what it showed while it booted
  vent lab logs workers-1 --console`,
  )
    .argument('<machine>', 'hostname or device id')
    .option('-f, --follow', 'go on as it says more')
    .option('--console', 'what was shown while it booted; also of a machine that is off')
    .action(async (machine: string, options: LabOptions) => {
      const lab = await open(options);
      const words = options.follow === true ? ['--follow'] : [];
      if (options.console === true) throw new Exit(await showConsole(lab, machine, words));
      throw new Exit(await attach(lab, machine, ['journalctl', '--no-pager', ...words]));
    });
}

function addReboot({ add, open, shell }: Tools): void {
  add('reboot', 'Reset a machine', '  # as the button on its front does\n  vent lab reboot workers-1')
    .argument('<machine>', 'hostname or device id')
    .action(async (machine: string, options: LabOptions) => {
      await (await open(options)).reset(machine);
      shell.out(`${machine} boots\n`);
    });
}

function addKubectl({ add, open, shell }: Tools): void {
  add(
    'kubectl',
    'Run kubectl against the cluster',
    '  # nodes and their addresses\n  vent lab kubectl -- get nodes -o wide',
  )
    .argument('<words...>', 'what kubectl is told, after --')
    .action(async (words: readonly string[], options: LabOptions) => {
      const lab = await open(options);
      const { kubeconfig, kubectl } = await readInfo(lab, shell);
      if (kubeconfig === null) throw notThere('a kubeconfig', lab);
      throw new Exit(await lab.children.attach([kubectl ?? 'kubectl', '--kubeconfig', kubeconfig, ...words]));
    });
}

interface LabOptions {
  readonly instance: string;
  readonly output?: string;
  readonly follow?: boolean;
  readonly console?: boolean;
}

async function attach(lab: Lab, machine: string, words: readonly string[]): Promise<number> {
  return lab.children.attach(await lab.enter(machine, words));
}

async function showConsole(lab: Lab, machine: string, words: readonly string[]): Promise<number> {
  return lab.children.attach(['tail', '--lines=+1', ...words, await lab.consoleOf(machine)]);
}

async function readInfo(lab: Lab, shell: Shell): Promise<LabInfo> {
  const { describeLab } = await import('./info.ts');
  const { portOf } = await import('./settings.ts');
  const isThere = await shell.readFile(lab.names.context).then(
    () => true,
    () => false,
  );
  if (!isThere) return describeLab(lab.names, new Map());
  const address = `127.0.0.1:${await portOf(lab.names, 'operator')}`;
  return describeLab(lab.names, await askCoordinator(lab.names.context, address, shell));
}

/** What the lab's coordinator knows by device id; nothing while it does not answer, which is no error here. */
async function askCoordinator(path: string, address: string, shell: Shell): Promise<ReadonlyMap<string, KnownMachine>> {
  const env = { ...shell.env, VENTCONFIG: path, VENT_ADDR: address };
  const operator = await connectOperator(await currentContext({ ...shell, env }, undefined));
  try {
    const { machines } = await operator.call((methods) => methods.ListMachines, {}, { milliseconds: 3000 });
    return new Map(machines.map((machine) => [machine.device_id, machine]));
  } catch (thrown) {
    shell.err(`the coordinator does not answer: ${VentError.from(thrown).message}\n`);
    return new Map();
  } finally {
    operator.close();
  }
}

function renderInfo(info: LabInfo): string {
  const lines = [
    `Facility     ${info.facility.url} (project ${info.facility.project})`,
    `Coordinator  ${info.coordinator.address}, ${info.coordinator.http}`,
    `Kubeconfig   ${info.kubeconfig ?? 'not yet'}`,
  ];
  const columns = [
    { title: 'NAME', value: (machine: LabInfo['machines'][number]) => machine.name },
    { title: 'ROLE', value: (machine: LabInfo['machines'][number]) => machine.role },
    { title: 'STATE', value: (machine: LabInfo['machines'][number]) => machine.state },
    { title: 'PUBLIC-IP', value: (machine: LabInfo['machines'][number]) => machine.publicIPv4 ?? '' },
    { title: 'PRIVATE-IP', value: (machine: LabInfo['machines'][number]) => machine.privateIPv4 ?? '' },
  ];
  const table = info.machines.length === 0 ? 'No machines yet.\n' : renderTable(columns, info.machines, false, true);
  return `${lines.join('\n')}\n\n${table}`;
}

function notThere(what: string, lab: Lab): VentError {
  return new VentError('NOT_FOUND', `cannot find ${what}: lab ${lab.names.instance} has none yet`, {
    hint: 'Bring up a cluster with `npm start`.',
  });
}
