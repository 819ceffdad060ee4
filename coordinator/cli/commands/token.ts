import { type Command, InvalidArgumentError } from 'commander';
import { parseDuration } from '../../../shared/duration.ts';
import { VentError } from '../../../shared/errors.ts';
import type { TokenView } from '../../../shared/wire.ts';
import {
  addDryRun,
  addOutputOptions,
  type CommandContext,
  GROUPS,
  objectOutputOption,
  type RegisterCommand,
  withExamples,
} from '../command.ts';
import type { Operator } from '../operator.ts';
import { type Listing, type OutputOptions, printList, renderAge, renderObject } from '../output.ts';
import { findPool } from '../pools.ts';

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
  addOutputOptions(list);
  withExamples(
    list,
    `  # which may still be used?
  vent token list --sort-by {.expires_at}`,
  );
  list.action(async (options: OutputOptions) => {
    await context.withOperator(list, async (operator) => {
      const { tokens } = await operator.call((methods) => methods.ListTokens, {});
      printList(context.shell, tokenListing(context.shell.now()), tokens, options);
    });
  });
  const revoke = token
    .command('revoke')
    .argument('<token>', 'id of the token')
    .description('Revoke a token; machines that enrolled with it stay.');
  addDryRun(revoke);
  withExamples(
    revoke,
    `  # a token that was shown to the wrong people
  vent token revoke 4k2v`,
  );
  revoke.action(async (name: string, options: { readonly dryRun?: boolean }) => {
    const id = name.replace(/^token\//, '');
    await context.withOperator(revoke, async (operator) => {
      if (options.dryRun !== true) await operator.call((methods) => methods.RevokeToken, { id });
      else await requireToken(operator, id);
      context.shell.out(`token/${id} ${options.dryRun === true ? 'would be revoked' : 'revoked'}\n`);
    });
  });
};

async function requireToken(operator: Operator, id: string): Promise<void> {
  const { tokens } = await operator.call((methods) => methods.ListTokens, {});
  if (!tokens.some((token) => token.id === id))
    throw new VentError('NOT_FOUND', `cannot find token ${id}`, { hint: 'vent token list shows those there are.' });
}

interface CreateOptions {
  readonly pool: string;
  readonly device?: string;
  readonly uses: number;
  readonly lifetime: string;
  readonly output?: string;
  readonly dryRun?: boolean;
}

function parseCount(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a number from 1 on.');
}

function registerCreate(token: Command, context: CommandContext): void {
  const create = token
    .command('create')
    .description('Make a token. Its secret is printed once.')
    .requiredOption('--pool <pool>', 'pool that machines enrol into')
    .option('--device <id>', 'only this device may use it; required for etcd and control-plane pools')
    .option('--uses <number>', 'how many machines may use it (worker pools only)', parseCount, 1)
    .option('--lifetime <duration>', 'such as 60m; 24h at most', '60m')
    .addOption(objectOutputOption());
  addDryRun(create);
  withExamples(
    create,
    `  # one worker that you boot yourself
  vent token create --pool workers

  # ten workers of a batch, within the hour
  vent token create --pool workers --uses 10 --lifetime 1h

  # a control plane: only this device may use it
  vent token create --pool control --device rack1-n1`,
  );
  create.action(async (options: CreateOptions) => {
    await context.withOperator(create, async (operator) => {
      if (options.dryRun === true) {
        await findPool(operator, options.pool);
        context.shell.out(
          `a token for pool ${options.pool} would be made (uses ${options.uses}, lifetime ${options.lifetime})\n`,
        );
        return;
      }
      const answer = await operator.call((methods) => methods.CreateToken, {
        pool: options.pool,
        device_id: options.device ?? '',
        max_uses: options.uses,
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
