import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { Operator } from '../../coordinator/cli/operator.ts';
import { renderStatus } from '../../coordinator/cli/status-screen.ts';
import { manifestOf, openOperator, readShape, startVent, waitFor } from '../../scripts/lab/cluster.ts';
import { buildAgentFiles, buildPrograms } from '../../scripts/lab/programs.ts';
import { labOptions, orderDevice, outputOf, useLab } from './lab.ts';

const SPEC = `apiVersion: vent/v1alpha1
kind: Cluster
metadata: { name: rack }
spec:
  kubernetes: { version: 1.37.2 }
  provider:
    static:
      machines:
        - { id: rack1-u1, hostname: rack1, privateAddress: 10.80.0.3, privatePrefix: 31, publicAddress: 198.51.100.3 }
  pools:
    - { name: all, roles: [etcd, control-plane, worker], count: 1 }
`;

describe('a machine of a static inventory', labOptions, () => {
  const lab = useLab('static');
  let operator: Operator | undefined;
  after(() => operator?.close());

  async function connect(): Promise<Operator> {
    await lab.startFacility();
    await orderDevice(lab, 'rack1', '');
    await buildPrograms(readShape(SPEC).spec, [], manifestOf(lab), () => undefined, new AbortController().signal);
    await buildAgentFiles();
    await startVent(lab);
    return await openOperator(lab);
  }

  it('is shown from its token on, and becomes a cluster with the userdata run by hand', {
    timeout: 30 * 60_000,
  }, async () => {
    operator = await connect();
    await operator.call((methods) => methods.Apply, {
      content: SPEC,
      file_name: 'rack.yaml',
      message: '',
      dry_run: false,
    });
    const wish = { pool: 'all', device_id: 'rack1-u1', max_uses: 1, lifetime_seconds: 600 };
    const { token, secret } = await operator.call((methods) => methods.CreateToken, wish);
    const cluster = await operator.call((methods) => methods.GetCluster, {});
    const { machines } = await operator.call((methods) => methods.ListMachines, {});
    assert.match(renderStatus(cluster, machines, Date.now()), /rack1 +booting .*has not asked for its agent yet/);
    const request = { token_id: token?.id ?? '', secret, format: 'script', device_id: '' };
    const { files } = await operator.call((methods) => methods.GetUserdata, request);
    const [script = ''] = Object.values(files);
    await outputOf(lab, 'rack1', ['sh', '-c', script]);
    const [machine] = await waitFor(operator, 1, 5 * 60_000, () => undefined);
    assert.equal(machine?.provider_id, 'static://rack1-u1');
    assert.equal(await outputOf(lab, 'rack1', ['/opt/vent/agent/current/vent-agent', 'plan']), 'nothing to do');
  });

  it('refuses a token for a device that the inventory does not have', async () => {
    const wish = { pool: 'all', device_id: 'rack9-u9', max_uses: 1, lifetime_seconds: 600 };
    await assert.rejects(async () => operator?.call((methods) => methods.CreateToken, wish), {
      code: 'NOT_FOUND',
      message: 'cannot make a token for device rack9-u9: the provider has no such device',
    });
  });
});
