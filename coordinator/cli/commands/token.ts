import type { Command } from 'commander';
import type { TokenView } from '../../../shared/wire.ts';
import { addOutputOptions, type CommandContext, GROUPS, type RegisterCommand } from '../command.ts';
import { parseDuration } from '../duration.ts';
import { type Listing, type OutputOptions, renderAge, renderList, renderObject } from '../output.ts';

function tokenListing(now: number): Listing<TokenView> {
  return {
    kind: 'Token',
    nameOf: (token) => `token/${token.id}`,
    objectOf: (token) => token,
    columns: [
      { title: 'NAME', value: (token) => token.id },
      { title: 'STATE', value: (token) => token.state },
      { title: 'POOL', value: (token) => token.pool },
      { title: 'DEVICE', value: (token) => token.device_id },
      { title: 'USES', value: (token) => `${token.uses}/${token.max_uses}` },
      { title: 'EXPIRES-IN', value: (token) => renderAge(Date.parse(token.expires_at) - now) },
      { title: 'AGE', value: (token) => renderAge(now - Date.parse(token.created_at)) },
    ],
  };
}

/** `vent token create|list|revoke`. */
export const register: RegisterCommand = (program, context) => {
  const token = program
    .command('token')
    .summary('Make, list and revoke enrolment tokens')
    .description('Make, list and revoke enrolment tokens. A token lets machines enrol into one pool for a short time.')
    .helpGroup(GROUPS.machines);
  registerCreate(token, context);
  const list = token.command('list').description('List tokens; secrets are never shown again.');
  addOutputOptions(list).action(async (options: OutputOptions) => {
    await context.withOperator(list, async (operator) => {
      const { tokens } = await operator.call((methods) => methods.ListTokens, {});
      context.shell.out(renderList(tokenListing(context.shell.now()), tokens, options));
    });
  });
  const revoke = token
    .command('revoke')
    .argument('<id>', 'id of the token')
    .description('Revoke a token; machines that enrolled with it stay.');
  revoke.action(async (id: string) => {
    await context.withOperator(revoke, async (operator) => {
      await operator.call((methods) => methods.RevokeToken, { id });
      context.shell.out(`token/${id} revoked\n`);
    });
  });
};

interface CreateOptions {
  readonly pool: string;
  readonly device?: string;
  readonly uses: string;
  readonly lifetime: string;
  readonly output?: string;
}

function registerCreate(token: Command, context: CommandContext): void {
  const create = token
    .command('create')
    .description('Make a token. Its secret is printed once.')
    .requiredOption('--pool <name>', 'pool that machines enrol into')
    .option('--device <id>', 'only this device may use it; required for etcd and control-plane pools')
    .option('--uses <number>', 'how many machines may use it (worker pools only)', '1')
    .option('--lifetime <duration>', 'such as 60m; 24h at most', '60m')
    .option('-o, --output <format>', 'json or yaml');
  create.action(async (options: CreateOptions) => {
    await context.withOperator(create, async (operator) => {
      const answer = await operator.call((methods) => methods.CreateToken, {
        pool: options.pool,
        device_id: options.device ?? '',
        max_uses: Number(options.uses),
        lifetime_seconds: Math.round(parseDuration(options.lifetime) / 1000),
      });
      const id = answer.token?.id ?? '';
      if (options.output === undefined)
        context.shell.out(`id:      ${id}\nsecret:  ${answer.secret}\nexpires: ${answer.token?.expires_at ?? ''}\n`);
      else
        context.shell.out(
          renderObject({ id, secret: answer.secret, expires_at: answer.token?.expires_at }, options.output),
        );
    });
  });
}
