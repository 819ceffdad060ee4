/** `vent serve`: the command line of a coordinator. */
import { join } from 'node:path';
import { VentError } from '../../shared/errors.ts';
import { GROUPS, type RegisterCommand, withExamples } from './command.ts';

export interface ServeArguments {
  readonly data: string;
  readonly listen: string;
  readonly operatorListen: string;
  readonly advertise: string | undefined;
  readonly providerCredentials: string | undefined;
  readonly artifacts: string | undefined;
  readonly agent: string | undefined;
  readonly verbose: boolean;
}

/** @param run starts the coordinator and returns when it has ended */
export function createServeCommand(run: (given: ServeArguments) => Promise<void>): RegisterCommand {
  return (program, { shell }) => {
    const state = shell.env.XDG_STATE_HOME ?? join(shell.home, '.local', 'state');
    const serve = program.command('serve');
    withExamples(
      serve,
      `  # on the machine that the others can reach at this address
  vent serve --advertise 10.0.0.5 --provider-credentials credentials.yaml

  # to try, beside a coordinator that runs
  vent serve --data ./try --listen 127.0.0.2 --operator-listen 127.0.0.2`,
    );
    serve
      .summary('Run a coordinator')
      .description(
        'Run a coordinator. It needs no configuration: the first start makes its authorities and writes a context for the operator on this machine.',
      )
      .helpGroup(GROUPS.begin)
      .option('--data <directory>', 'where everything it keeps lies', join(state, 'vent'))
      .option('--listen <address>', "address of the machines' ports: 7443 enrol, 7444 node, 7446 web", '0.0.0.0')
      .option('--operator-listen <address>', "address of the operators' port 7445", '127.0.0.1')
      .option('--advertise <address>', 'address that machines are told (default: the first that is not loopback)')
      .option('--provider-credentials <file>', 'YAML such as packet: { token: ... }')
      .option('--artifacts <file>', 'manifest of artifacts to take in, as vent artifacts build writes it')
      .option('--agent <directory>', 'where the agent files lie (default: beside this program)')
      .option('--verbose', 'log more', false)
      .action(async (options: ServeArguments) => {
        if (!/^[A-Za-z0-9.:-]+$/.test(options.listen))
          throw new VentError('USAGE', `cannot listen on ${JSON.stringify(options.listen)}`, {
            hint: 'Name an address without a port.',
          });
        if (options.advertise !== undefined && !/^[A-Za-z0-9.-]+$/.test(options.advertise))
          throw new VentError('USAGE', `cannot advertise ${JSON.stringify(options.advertise)}`, {
            hint: 'Name an IPv4 address or a host, without a port.',
          });
        await run(options);
      });
  };
}
