/** What one-shot units of Vent's own do when they run: `nft -f`, `ip`, and the script of kind `interface` (with a gateway that answers). */
import { contains } from '../../../shared/spec/cidr.ts';
import type { Network, Units } from '../host.ts';
import type { FakeTree } from './files.ts';

export interface FakePrograms {
  readonly tree: FakeTree;
  readonly network: Network;
  readonly sysctls: Map<string, string>;
}

function textAt(tree: FakeTree, path: string): string {
  return new TextDecoder().decode(tree.nodes.get(path)?.content);
}

/** The address moves as a whole, or the script would have put it back. */
async function moveAddress({ tree, network, sysctls }: FakePrograms, script: string): Promise<void> {
  const get = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(script)?.[1] ?? '';
  const [name, parent, whole] = [get('name'), get('parent'), `${get('address')}/${get('prefix')}`];
  const record = get('record');
  const carrying = async (link: string): Promise<{ readonly label: string | undefined } | undefined> =>
    (await network.links())
      .find((entry) => entry.name === link)
      ?.addresses.find((entry) => entry.address === get('address'));
  if ((await carrying(parent)) === undefined && (await carrying(name)) === undefined && tree.nodes.has(record))
    await network.batch(textAt(tree, record).trim().split('\n'));
  const before = await carrying(parent);
  const routes = (await network.routes()).filter(
    ({ gateway }) => gateway !== undefined && contains(get('subnet'), gateway),
  );
  const over = (device: string): readonly string[] =>
    routes.map(
      ({ destination, gateway, source }) =>
        `route replace ${destination} via ${gateway} dev ${device}${source === undefined ? '' : ` src ${source}`}`,
    );
  const label = before?.label === undefined ? '' : ` label ${before.label}`;
  if (before !== undefined)
    tree.putFile(record, [`address replace ${whole} dev ${parent}${label}`, ...over(parent), ''].join('\n'));
  const isThere = (await network.links()).some((link) => link.name === name);
  await network.batch([
    ...(isThere ? [] : [`link add ${name} link ${parent} address ${get('mac')} type macvlan mode bridge`]),
    `address replace ${whole} dev ${name}`,
    `link set dev ${name} up`,
    ...over(name),
    ...(before === undefined ? [] : [`address delete ${whole} dev ${parent}`]),
  ]);
  for (const link of [name, parent]) sysctls.set(`net.ipv4.conf.${link.replaceAll('.', '/')}.arp_ignore`, '1');
}

async function runCommand(programs: FakePrograms, command: string): Promise<void> {
  const [program, ...words] = command.split(' ');
  const path = words.at(-1) ?? '';
  if (program === 'nft') await programs.network.applyRules(textAt(programs.tree, path));
  else if (program === 'ip') await programs.network.batch([words.join(' ')]);
  else if (path.startsWith('/etc/vent/interfaces/')) await moveAddress(programs, textAt(programs.tree, path));
}

/** Units whose one-shots have their effect on the machine when they are started. */
export function runOneshots(units: Units, programs: FakePrograms): Units {
  async function run(name: string): Promise<void> {
    const text = textAt(programs.tree, `/etc/systemd/system/${name}`);
    if (!/^Type=oneshot$/m.test(text) || (await units.state(name)).active !== 'active') return;
    for (const [, command = ''] of text.matchAll(/^ExecStart=(.*)$/gm)) await runCommand(programs, command);
  }
  return {
    ...units,
    async start(name, options) {
      await units.start(name, options);
      await run(name);
    },
    async restart(name, options) {
      await units.restart(name, options);
      await run(name);
    },
  };
}
