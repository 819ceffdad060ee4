/** The change that a simulation spreads: one setting of the kernel on every machine, on top of the operator's own file. */
import { parse, stringify } from 'yaml';
import type { FakeTree } from '../../agent/host/fake/files.ts';
import type { ClusterFile, Role } from '../../shared/spec/schema.ts';
import type { Bounds } from './invariants.ts';

export interface Change extends Bounds {
  /** Texts of the cluster file. */
  readonly before: string;
  readonly after: string;
  rolesOf(machine: string): readonly Role[];
  /** What the change is about, as it stands on a machine. */
  read(tree: FakeTree): string;
}

/** A key that a network namespace has for itself, and that nothing depends on. */
const KEY = 'net.ipv4.tcp_keepalive_time';
const PATH = '/etc/sysctl.d/50-vent.conf';
const [OLD, NEXT] = ['7100', '7200'] as const;

/** Under which running pods were placed, so that they leave before it changes: by value of the setting. */
const POLICIES: Readonly<Record<string, string>> = { [OLD]: 'none', [NEXT]: 'best-effort' };

/**
 * @param content text of the cluster file
 * @param to text that it is changed to; the same when not given
 * @param drains whether pods would notice the change
 */
export function deriveChange(content: string, file: ClusterFile, to = content, drains = false): Change {
  const withValue = (text: string, value: string): string => {
    const root = parse(text);
    const kubelet = drains ? { kubelet: { config: { topologyManagerPolicy: POLICIES[value] } } } : {};
    const patches = [...(root.spec.patches ?? []), { sysctls: { [KEY]: value }, ...kubelet }];
    // What they ask is not simulated, and nobody is there to run commands.
    const rollout = { ...root.spec.rollout, gates: [] };
    return stringify({ ...root, spec: { ...root.spec, rollout, patches } });
  };
  return {
    file,
    before: withValue(content, OLD),
    after: withValue(to, NEXT),
    old: OLD,
    next: NEXT,
    rolesOf: (machine) =>
      file.spec.pools.find(({ name }) => machine.replace(/-\d+$/, '') === name)?.roles ?? ['worker'],
    read(tree) {
      const text = new TextDecoder().decode(tree.nodes.get(PATH)?.content);
      return new RegExp(`^${KEY.replaceAll('.', '\\.')} = (.*)$`, 'm').exec(text)?.[1] ?? '';
    },
  };
}
