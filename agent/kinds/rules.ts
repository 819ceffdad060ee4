/**
 * Kind `rules`: the nftables table `inet vent`, owned whole.
 *
 * nft prints a table in its own words, so what was applied cannot be compared with what stands. What it printed right after
 * applying is kept beside the digest of what was applied, and the table counts as unchanged while it is printed the same.
 */
import type { ResourceOf } from '../../shared/document.ts';
import { VentError } from '../../shared/errors.ts';
import { checkPath } from '../../shared/paths.ts';
import type { Host, HostView } from '../host/host.ts';
import { type Kind, phrase, type Step } from '../kind.ts';
import { type Oneshot, planOneshot, planOneshotRemoval } from './network-oneshot.ts';
import { renderTable, renderTableRemoval } from './network-table.ts';
import { hashOf, PLAIN, PRIVATE, planDirectoryRemoval, planRemoval, planText } from './steps/files.ts';

type Rules = ResourceOf<'rules'>;

const PATH = '/etc/nftables.d/vent.nft';
const STAMPS = '/var/lib/vent/rules';
const STAMP = `${STAMPS}/vent`;
const ONESHOT: Oneshot = {
  name: 'vent-rules.service',
  description: 'Packet rules of Vent',
  // nftables.service begins by flushing every table.
  after: ['nftables.service'],
  before: ['containerd.service', 'etcd.service', 'kube-apiserver.service', 'kubelet.service'],
  commands: [`nft -f ${PATH}`],
};

export function createRulesKind(): Kind<'rules'> {
  return {
    name: 'rules',
    async plan(resource, view) {
      checkPath(PATH, 'content');
      refuseEscape(resource);
      const text = renderTable(resource.family, resource.content);
      const steps = await Promise.all([
        planText(view, PATH, text, PLAIN),
        planOneshot(view, ONESHOT, explain(resource, view, text), (host) => stamp(host, resource, text)),
      ]);
      return steps.flat();
    },
    async remove({ family }, view) {
      const table = await view.network.table(family, 'vent');
      const removal: Step = {
        ...phrase(`remove table ${family} vent`),
        touchesLink: true,
        apply: (host) => host.network.applyRules(renderTableRemoval(family)),
      };
      return [
        ...(await planOneshotRemoval(view, ONESHOT.name)),
        ...(table === undefined ? [] : [removal]),
        ...(await planRemoval(view, PATH)),
        ...(await planRemoval(view, STAMP)),
        ...(await planDirectoryRemoval(view, STAMPS, ['vent'])),
      ];
    },
  };
}

/**
 * Content must not close the frame it is put in, or it could touch other tables.
 * @throws VentError DOCUMENT_REFUSED
 */
function refuseEscape({ content }: Rules): void {
  let depth = 0;
  for (const [token] of content.replaceAll(/"[^"\n]*"|#.*/g, '').matchAll(/[{}]/g)) {
    depth += token === '{' ? 1 : -1;
    if (depth < 0) break;
  }
  if (depth === 0 && !/^\s*include\b/m.test(content)) return;
  throw new VentError('DOCUMENT_REFUSED', 'cannot apply rules: their text is not the inside of one table', {
    hint: 'Balance the braces, and include no other file.',
  });
}

async function explain(resource: Rules, view: HostView, text: string): Promise<string | undefined> {
  const reason = await compareTable(resource, view, text);
  return reason === undefined ? undefined : `apply table ${resource.family} vent: ${reason}`;
}

async function compareTable({ family }: Rules, view: HostView, text: string): Promise<string | undefined> {
  const table = await view.network.table(family, 'vent');
  if (table === undefined) return 'it is not there';
  const kept = new TextDecoder().decode(await view.files.read(STAMP));
  if (!kept.startsWith(hashOf(text))) return kept === '' ? 'nothing tells what it was made from' : 'its text changed';
  return kept === formatStamp(text, table) ? undefined : 'it was changed on the machine';
}

function formatStamp(text: string, table: string): string {
  return `${hashOf(text)} ${hashOf(table)}\n`;
}

async function stamp(host: Host, { family }: Rules, text: string): Promise<void> {
  const table = (await host.network.table(family, 'vent')) ?? '';
  await host.files.write(STAMP, new TextEncoder().encode(formatStamp(text, table)), PRIVATE);
}
