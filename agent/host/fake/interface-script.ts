/** What the script of kind `interface` does where the gateway answers; that it is really so is for a real machine to show. */
import { contains } from '../../../shared/spec/cidr.ts';
import type { LinkAddress } from '../host.ts';
import type { FakeTree } from './files.ts';
import type { FakeNetwork } from './network.ts';

/** @param path `/etc/vent/interfaces/vent0.sh`; its variables say what moves where */
export function runInterfaceScript(
  path: string,
  tree: FakeTree,
  networking: FakeNetwork,
  sysctls: Map<string, string>,
): void {
  const { links, routes, runLine } = networking;
  const textAt = (file: string): string => new TextDecoder().decode(tree.nodes.get(file)?.content);
  const script = textAt(path);
  const get = (name: string): string => new RegExp(`^${name}=(.*)$`, 'm').exec(script)?.[1] ?? '';
  const [name, parent, record] = [get('name'), get('parent'), get('record')];
  const whole = `${get('address')}/${get('prefix')}`;
  const carriedBy = (link: string): LinkAddress | undefined =>
    links.get(link)?.addresses.find(({ address }) => address === get('address'));

  if (carriedBy(parent) === undefined && carriedBy(name) === undefined)
    textAt(record).split('\n').filter(Boolean).forEach(runLine);
  const before = carriedBy(parent);
  const linesOver = (device: string): readonly string[] =>
    routes
      .filter(({ gateway }) => gateway !== undefined && contains(get('subnet'), gateway))
      .map(({ destination, gateway, source }) =>
        [
          'route replace',
          destination,
          'via',
          gateway,
          'dev',
          device,
          ...(source === undefined ? [] : ['src', source]),
        ].join(' '),
      );
  if (before !== undefined) {
    const label = before.label === undefined ? '' : ` label ${before.label}`;
    tree.putFile(record, [`address replace ${whole} dev ${parent}${label}`, ...linesOver(parent), ''].join('\n'));
  }
  if (!links.has(name)) runLine(`link add ${name} link ${parent} address ${get('mac')} type macvlan mode bridge`);
  for (const link of [name, parent]) sysctls.set(`net.ipv4.conf.${link.replaceAll('.', '/')}.arp_ignore`, '1');
  runLine(`address replace ${whole} dev ${name}`);
  runLine(`link set dev ${name} up`);
  linesOver(name).forEach(runLine);
  if (before !== undefined) runLine(`address delete ${whole} dev ${parent}`);
}
