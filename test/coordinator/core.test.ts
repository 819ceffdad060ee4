import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CurrentProvider } from '../../coordinator/core.ts';
import type { ServeOptions } from '../../coordinator/serve-options.ts';
import type { State } from '../../coordinator/state.ts';
import { loadSpec } from '../../shared/spec/load.ts';

const FILE = `apiVersion: vent/v1alpha1
kind: Cluster
metadata: { name: demo }
spec:
  kubernetes: { version: 1.37.2 }
  provider: { packet: { project: 00000000-0000-4000-8000-000000000000, facility: ewr1 } }
  pools: [ { name: all, roles: [etcd, control-plane, worker], count: 1, machine: { plan: c2.medium.x86 } } ]
`;

/** The parts of them that choosing a provider looks at. */
function open(
  credentials: ServeOptions['credentials'],
  content: string | undefined,
): { readonly provider: CurrentProvider; readonly state: State } {
  const newest = async () => (content === undefined ? undefined : { file: loadSpec(content, 'cluster.yaml') });
  const state = { revisions: { newest } } as unknown as State;
  return { provider: new CurrentProvider({ credentials } as ServeOptions), state };
}

describe('the provider of the newest spec', () => {
  it('is not there before a spec was applied', async () => {
    const { provider, state } = open({}, undefined);
    assert.equal(await provider.refresh(state), undefined);
    assert.throws(() => provider.get(), { code: 'NOT_FOUND' });
  });

  it('says that credentials are missing to everybody who needs it', async () => {
    const { provider, state } = open({}, FILE);
    await assert.rejects(provider.refresh(state), { code: 'INVALID_INPUT' });
    assert.throws(() => provider.get(), { code: 'INVALID_INPUT', message: /there are no credentials for it/ });
  });

  it('is the same one as long as its settings are', async () => {
    const { provider, state } = open({ packet: { token: 't' } }, FILE);
    assert.equal(await provider.refresh(state), await provider.refresh(state));
    assert.equal(provider.get().name, 'packet');
  });
});
