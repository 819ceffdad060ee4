/** What somebody changes on a machine by hand is seen within a second, and put right, reported or taken over, by its path. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse, stringify } from 'yaml';
import { specOf } from '../../scripts/lab/cluster.ts';
import { waitFor } from '../../scripts/lab/machine.ts';
import type { DriftView } from '../../shared/wire.ts';
import { useCluster } from './cluster.ts';
import { labOptions, outputOf } from './lab.ts';

const MINUTE = 60_000;
const SHAPE = { controlPlanes: 1, workers: 1, attach: 'macvlan' } as const;
const MACHINE = 'workers-1';
/** What the design allows between a foreign change and its being seen; the machine is shared with a whole cluster, so twice that. */
const SEEN_MILLISECONDS = 2000;

const RULES = [
  { path: '/etc/containerd/*', policy: 'report' },
  { path: '/etc/cni/net.d/*', policy: 'adopt' },
];

describe('drift', labOptions, () => {
  const cluster = useCluster('drift', SHAPE);
  const inMachine = (...argv: readonly string[]): Promise<string> => outputOf(cluster.lab, MACHINE, argv);
  const shell = (line: string): Promise<string> => inMachine('sh', '-c', line);

  const listDrift = (): Promise<readonly DriftView[]> =>
    cluster.withOperator(
      async (operator) => (await operator.call((methods) => methods.ListDrift, { machine: MACHINE })).entries,
    );

  /** Changes the machine as a hand would. @returns the entry of the timeline that tells of it, and when the change was made by the machine's clock */
  async function changeByHand(line: string, resource: string): Promise<DriftView> {
    const known = new Set((await listDrift()).map(({ at, what }) => `${at} ${what}`));
    const [before = ''] = (await shell(`date +%s%3N; ${line}`)).split('\n');
    const entry = await waitFor(
      async () => (await listDrift()).find((one) => one.resource === resource && !known.has(`${one.at} ${one.what}`)),
      `the drift of ${resource} to stand in the timeline`,
      MINUTE / 2,
    );
    const delay = Date.parse(entry.at) - Number(before);
    assert.ok(delay < SEEN_MILLISECONDS, `${resource} was seen after ${delay} ms`);
    return entry;
  }

  const repaired = (line: string, holds: string): Promise<unknown> =>
    waitFor(
      async () => ((await shell(line)).trim() === holds ? true : undefined),
      `${line} to say ${holds}`,
      MINUTE / 2,
    );

  it('of a file is put right', { timeout: 2 * MINUTE }, async () => {
    const path = '/etc/kubernetes/kubelet/config.yaml';
    const digest = await shell(`sha256sum < ${path}`);
    assert.equal((await changeByHand(`echo '# by hand' >> ${path}`, `file:${path}`)).policy, 'repair');
    await repaired(`sha256sum < ${path}`, digest.trim());
  });

  it('of a unit is put right', { timeout: 2 * MINUTE }, async () => {
    await changeByHand('systemctl stop kube-proxy', 'unit:kube-proxy.service');
    await repaired('systemctl is-active kube-proxy || true', 'active');
  });

  it('of a sysctl is put right', { timeout: 2 * MINUTE }, async () => {
    await changeByHand('sysctl -qw net.ipv4.ip_forward=0', 'sysctl:vent');
    await repaired('sysctl -n net.ipv4.ip_forward', '1');
  });

  it('of the interface is put right', { timeout: 2 * MINUTE }, async () => {
    const [device = ''] = (await shell('ip -d -o link show type macvlan')).split(':').slice(1, 2);
    const name = device.trim().replace(/@.*$/, '');
    assert.notEqual(name, '');
    await changeByHand(`ip link delete ${name}`, `interface:${name}`);
    await repaired(`ip -d -o link show ${name} | grep -c macvlan || true`, '1');
  });

  it('of a certificate is put right, and its key is not shown', { timeout: 2 * MINUTE }, async () => {
    const path = '/etc/kubernetes/kube-proxy/kube-proxy.pem';
    assert.equal(await shell(`test -e ${path} && echo there`), 'there');
    const entry = await changeByHand(`truncate -s 10 ${path}`, 'certificate:kube-proxy');
    assert.doesNotMatch(JSON.stringify(entry), /PRIVATE KEY/);
    await repaired(`grep -q 'BEGIN CERTIFICATE' ${path} && echo whole || true`, 'whole');
  });

  it('is reported or taken over where the cluster file says so, and nothing restarts', {
    timeout: 4 * MINUTE,
  }, async () => {
    const file = parse(await specOf(cluster.lab, SHAPE));
    const content = stringify({ ...file, spec: { ...file.spec, rollout: { soak: '1s' }, drift: RULES } });
    const request = { content, file_name: 'lab.yaml', message: 'leave some', dry_run: false };
    await cluster.withOperator((operator) => operator.call((methods) => methods.Apply, request));
    const isTaken = async (): Promise<true | undefined> =>
      /"drift": "report"/.test(await shell('cat /var/lib/vent/document')) &&
      /"converged": true/.test(await shell('cat /run/vent/report.json'))
        ? true
        : undefined;
    await waitFor(isTaken, 'the machine to know what is left', 2 * MINUTE);
    const started = await shell('systemctl show -p ActiveEnterTimestamp containerd kubelet');
    const reported = await changeByHand(
      "echo '# by hand' >> /etc/containerd/config.toml",
      'file:/etc/containerd/config.toml',
    );
    assert.equal(reported.policy, 'report');
    const [conflist = ''] = (await shell('ls /etc/cni/net.d/*')).split('\n');
    const adopted = await changeByHand(`echo ' ' >> ${conflist}`, `file:${conflist}`);
    assert.equal(adopted.policy, 'adopt');
    assert.match(await shell('tail -1 /etc/containerd/config.toml'), /by hand/);
    assert.equal(await shell('systemctl show -p ActiveEnterTimestamp containerd kubelet'), started);
    const view = (await cluster.machines()).find(({ name }) => name === MACHINE);
    assert.match(view?.message ?? '', /config\.toml/);
    assert.equal(view?.state, 'drifted');
    assert.match(await inMachine('vent-agent', 'plan'), /left by its drift policy/);
  });
});
