/** `vent lab ...`: a bare-metal facility on this computer. The lab itself is loaded when a command runs, so that help is quick. */
import type { Command } from 'commander';
import { GROUPS, type RegisterCommand } from '../../coordinator/cli/command.ts';
import { currentContext } from '../../coordinator/cli/config.ts';
import { connectOperator } from '../../coordinator/cli/operator.ts';
import { renderObject, renderTable } from '../../coordinator/cli/output.ts';
import { Exit, type Shell } from '../../coordinator/cli/shell.ts';
import { VentError } from '../../shared/errors.ts';
import type { KnownMachine, LabInfo } from './info.ts';
import type { Lab } from './lab.ts';

/** Adds `lab` and its commands to the program. */
export const registerLab: RegisterCommand = (program, { shell }) => {
  const lab = program
    .command('lab')
    .summary('Real machines on this computer')
    .description('Run a bare-metal facility on this computer: real machines that boot, in networks of their own.')
    .helpGroup(GROUPS.rehearse);
  const add = (usage: string, summary: string): Command =>
    lab.command(usage).description(summary).option('--instance <name>', 'which lab', 'main');

  add('up', 'Start the facility; machines are ordered with its API, or by `vent provision`').action(
    async (options: LabOptions) => {
      const opened = await openLab(options, shell);
      await opened.up();
      await opened.startFacility();
      shell.out(`lab ${opened.names.instance} is up; see \`vent lab info\`\n`);
    },
  );
  add('down', 'Take away machines, networks and everything else the lab has made').action(
    async (options: LabOptions) => {
      const opened = await openLab(options, shell);
      await opened.down();
      const { withdrawContext } = await import('./context.ts');
      await withdrawContext(options.instance, shell);
      shell.out(`lab ${opened.names.instance} is down\n`);
    },
  );
  add('info', 'Show addresses and machines')
    .option('-o, --output <format>', 'table, json, yaml or jsonpath={...}', 'table')
    .action(async (options: LabOptions) => {
      const info = await readInfo(await openLab(options, shell), shell);
      shell.out(options.output === 'table' ? renderInfo(info) : renderObject(info, options.output ?? 'table'));
    });
  addMachineCommands(add, shell);
  add('kubectl', 'Run kubectl against the cluster')
    .argument('<words...>', 'what kubectl is told, after --')
    .action(async (words: readonly string[], options: LabOptions) => {
      const opened = await openLab(options, shell);
      const { kubeconfig, kubectl } = await readInfo(opened, shell);
      if (kubeconfig === undefined) throw notThere('a kubeconfig', opened);
      throw new Exit(await opened.children.attach([kubectl ?? 'kubectl', '--kubeconfig', kubeconfig, ...words]));
    });
};

function addMachineCommands(add: (usage: string, summary: string) => Command, shell: Shell): void {
  add('exec', 'Run a command in a machine, as root')
    .argument('<machine>', 'hostname or device id')
    .argument('<words...>', 'the command, after --')
    .action(async (machine: string, words: readonly string[], options: LabOptions) => {
      throw new Exit(await attach(await openLab(options, shell), machine, words));
    });
  add('logs', 'Show what a machine has said')
    .argument('<machine>', 'hostname or device id')
    .option('-f, --follow', 'go on as it says more')
    .option('--console', 'what was shown while it booted; also of a machine that is off')
    .action(async (machine: string, options: LabOptions) => {
      const opened = await openLab(options, shell);
      const words = options.follow === true ? ['--follow'] : [];
      if (options.console === true) throw new Exit(await showConsole(opened, machine, words));
      throw new Exit(await attach(opened, machine, ['journalctl', '--no-pager', ...words]));
    });
  add('reboot', 'Reset a machine')
    .argument('<machine>', 'hostname or device id')
    .action(async (machine: string, options: LabOptions) => {
      const opened = await openLab(options, shell);
      await opened.reset(machine);
      shell.out(`${machine} boots\n`);
    });
}

interface LabOptions {
  readonly instance: string;
  readonly output?: string;
  readonly follow?: boolean;
  readonly console?: boolean;
}

async function openLab(options: LabOptions, shell: Shell): Promise<Lab> {
  const { createLab } = await import('./lab.ts');
  return createLab(options.instance, (line) => shell.err(`${line}\n`));
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
