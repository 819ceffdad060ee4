/** Two network namespaces wired as Packet wires a machine to its router, for tests that need a kernel and no machine. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Network } from '../../agent/host/host.ts';
import { type Commands, createCommands } from '../../agent/host/linux/commands.ts';
import { createNetwork } from '../../agent/host/linux/network.ts';

export interface Service {
  kill(): Promise<void>;
}

export interface Connection {
  /** Sends a line and gives the line that comes back. */
  echo(line: string): Promise<string>;
  close(): void;
}

export interface Wire {
  /** The machine's network. */
  readonly network: Network;
  /** A port of the router's addresses where lines are echoed. */
  readonly openPort: number;
  /** Standard output of a command in the machine's namespace. */
  inMachine(argv: readonly string[]): Promise<string>;
  inRouter(argv: readonly string[]): Promise<string>;
  /** True when a connection opens from the machine. */
  reaches(address: string, port: number): Promise<boolean>;
  /** Listens beyond the router; tells whoever connects both ends. */
  serve(address: string, port: number): Promise<Service>;
  /** What a service tells the machine. */
  ask(address: string, port: number): Promise<string>;
  holdConnection(address: string): Promise<Connection>;
  close(): Promise<void>;
}

const ECHO_PORT = 7007;
const ECHO = `require('net').createServer((s) => s.pipe(s)).listen(${ECHO_PORT}, () => console.log('ready'))`;
const SERVE = `const [address, port] = process.argv.slice(1);
require('net').createServer((s) => s.on('error', () => {}).end(address + ' to ' + s.remoteAddress + '\\n'))
  .listen(Number(port), address, () => console.log('ready'));`;
const CONNECT = `const [address, port] = process.argv.slice(1);
const s = require('net').connect(Number(port), address, () => console.log('ready'));
process.stdin.pipe(s).pipe(process.stdout);`;
const REACH = `const [address, port] = process.argv.slice(1);
const s = require('net').connect(Number(port), address, () => process.exit(0)).on('error', () => process.exit(1));
s.setTimeout(2000, () => process.exit(1));`;

let lastWire = 0;

function routerLines(machine: string): readonly string[] {
  return [
    'link set lo up',
    `link add machine type veth peer name bond0 netns ${machine}`,
    'address add 198.51.100.2/31 dev machine',
    'address add 10.80.0.2/31 dev machine',
    'address add 10.99.0.1/32 dev lo',
    'address add 10.99.0.2/32 dev lo',
    'link set machine up',
  ];
}

const MACHINE_LINES = [
  'link set lo up',
  'address add 198.51.100.3/31 dev bond0',
  'address add 10.80.0.3/31 dev bond0 label bond0:0',
  'link set bond0 up',
  'route add default via 198.51.100.2',
  'route add 10.0.0.0/8 via 10.80.0.2 proto static metric 50',
];

function commandsIn(namespace: string): Commands {
  const commands = createCommands();
  const enter = [`--net=/run/netns/${namespace}`, '--'];
  return {
    run: (program, argv, options) => commands.run('nsenter', [...enter, program, ...argv], options),
    follow: (program, argv, onLine, signal) => commands.follow('nsenter', [...enter, program, ...argv], onLine, signal),
  };
}

/** Each wire has names of its own, so that test files run beside each other. */
export async function createWire(): Promise<Wire> {
  lastWire += 1;
  const [router, machine] = ['r', 'm'].map((end) => `vh-${process.pid}-${lastWire}-${end}`) as [string, string];
  const outside = createCommands();
  const inside = { router: commandsIn(router), machine: commandsIn(machine) };
  const children: ChildProcess[] = [];

  /** Starts a script of Node's in a namespace and waits until it says that it is ready. */
  async function start(namespace: string, script: string, argv: readonly string[]): Promise<ChildProcess> {
    const child = spawn('nsenter', [`--net=/run/netns/${namespace}`, '--', process.execPath, '-e', script, ...argv], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    children.push(child);
    await once(createInterface({ input: child.stdout }), 'line');
    return child;
  }

  async function stop(child: ChildProcess): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  for (const namespace of [router, machine]) await outside.run('ip', ['netns', 'add', namespace]);
  await inside.router.run('ip', ['-batch', '-'], { input: routerLines(machine).join('\n') });
  await inside.machine.run('ip', ['-batch', '-'], { input: MACHINE_LINES.join('\n') });
  await start(router, ECHO, []);

  return {
    network: createNetwork(inside.machine),
    openPort: ECHO_PORT,
    inMachine: async ([program = '', ...argv]) => (await inside.machine.run(program, argv)).stdout,
    inRouter: async ([program = '', ...argv]) => (await inside.router.run(program, argv)).stdout,
    async reaches(address, port) {
      const argv = ['-e', REACH, address, String(port)];
      return (await inside.machine.run(process.execPath, argv, { accepted: [1] })).code === 0;
    },
    async serve(address, port) {
      const child = await start(router, SERVE, [address, String(port)]);
      return { kill: () => stop(child) };
    },
    async ask(address, port) {
      const { stdout } = await inside.machine.run(process.execPath, ['-e', CONNECT, address, String(port)]);
      return stdout.replace('ready\n', '').trim();
    },
    async holdConnection(address) {
      const child = await start(machine, CONNECT, [address, String(ECHO_PORT)]);
      const lines = createInterface({ input: child.stdout ?? process.stdin });
      return {
        async echo(line) {
          const answer = once(lines, 'line');
          child.stdin?.write(`${line}\n`);
          return String((await answer)[0]);
        },
        close: () => void child.kill('SIGKILL'),
      };
    },
    async close() {
      for (const child of children) await stop(child);
      for (const namespace of [machine, router]) await outside.run('ip', ['netns', 'del', namespace]);
    },
  };
}
