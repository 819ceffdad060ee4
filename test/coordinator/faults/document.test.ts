/** What a machine finds wrong with what it was given reaches `vent status`: verify, events, report, wire, view, screen. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AgentEvent } from '../../../agent/events.ts';
import { createReporter } from '../../../agent/report.ts';
import { acceptDocument } from '../../../agent/verify.ts';
import { renderStatus } from '../../../coordinator/cli/status-screen.ts';
import { describeMachine } from '../../../coordinator/nodes/view.ts';
import type { NodeDocument, Resource, ResourceOf } from '../../../shared/document.ts';
import { VentError } from '../../../shared/errors.ts';
import { createFakeClock } from '../../../shared/fake-clock.ts';
import type { NodeReport } from '../../../shared/report.ts';
import { type MachineView, reportFromWire, reportToWire } from '../../../shared/wire.ts';
import { createTestMachine, makeDocument, makeFile, NODE_ID } from '../../agent/machine.ts';
import { createRoot, createSigner, NOON } from '../../agent/signing.ts';

const root = createRoot();
const signer = createSigner(root);
const AT = new Date(NOON).toISOString();

/** As `vent status` shows the machine that was given generation `generation` and went through these events. */
async function statusAfter(generation: number, events: readonly AgentEvent[]): Promise<string> {
  const clock = createFakeClock();
  const reports: NodeReport[] = [];
  const { signal } = new AbortController();
  events.forEach(createReporter({ clock, publish: (report) => reports.push(report), signal }));
  await clock.advance(1000);
  const told = reports.at(-1);
  assert.ok(told !== undefined);
  const doing = describeMachine({
    ...{ name: 'w1', isDeviceGone: false },
    ...{ createdAt: AT, enrolledAt: AT, connectionSince: AT, isConnected: true, generation, wasReady: false },
    ...{ createError: undefined, device: undefined, downloadingSince: undefined, downloadError: undefined },
    ...{
      enrollingSince: undefined,
      resettingSince: undefined,
      leavesFor: undefined,
      enrolError: undefined,
      waitsFor: undefined,
      observed: [],
    },
    report: reportFromWire(reportToWire(told)),
  });
  const machine: MachineView = {
    ...{ id: NODE_ID, name: 'n1', device_id: 'd1', pool: 'workers', roles: ['worker'], ...doing, conditions: [] },
    ...{ public_address: '', private_address: '', pod_cidr: '', provider_id: '', agent_version: '0.1.0' },
    ...{ generation: '1', observed_generation: '1', converged_count: 0, resources: [], facts: undefined },
    ...{ created_at: AT, state_since: AT, last_seen_at: AT },
  };
  const formed = { name: 'demo', revision: '1', etcd_formed: true, kubernetes_version: '1.37.2' };
  const cluster = { ...formed, rollout_state: 'done', rollout_message: '', etcd_message: '' };
  return renderStatus(cluster, [machine], NOON);
}

/** Of a machine that does not take the document. */
async function refusal(document: NodeDocument): Promise<string> {
  const acceptance = { roots: root.root, signers: signer.certificate, nodeId: NODE_ID, floor: undefined, now: NOON };
  try {
    acceptDocument(signer.sign(document), { ...acceptance, isFromWire: true });
  } catch (thrown) {
    return await statusAfter(1, [{ type: 'document-refused', error: VentError.from(thrown) }]);
  }
  return assert.fail('the document was taken');
}

describe('a document that a machine refuses', () => {
  it('because of a kind it does not know, is named with the kind', async () => {
    const unknown = { kind: 'exec', name: 'rm' } as unknown as Resource;
    assert.match(
      await refusal(makeDocument({ kubelet: [unknown] })),
      /n1 +failed .*cannot read the document: components\.0\.resources\.0.*: there is no kind "exec"/,
    );
  });

  it('because of a path outside the table, is named with the resource and the path', async () => {
    assert.match(
      await refusal(makeDocument({ kubelet: [makeFile('/etc/passwd', 'root::0:0::/:/bin/sh')] })),
      /n1 +failed .*file:\/etc\/passwd would change \/etc\/passwd, which no document may/,
    );
    assert.doesNotMatch(await refusal(makeDocument({ a: [makeFile('/root/x', 'secret words')] })), /secret words/);
  });
});

describe('an artifact that arrives wrong', () => {
  const right = 'a program of some bytes';

  /** Of a machine that is given these bytes for the artifact, or the end of which is missing. */
  async function status(bytes: string): Promise<string> {
    const machine = createTestMachine();
    const resource: ResourceOf<'artifact'> = {
      ...{ kind: 'artifact', name: 'kubelet', version: '1.37.2', path: '/opt/vent/bin/kubelet' },
      ...machine.supply.publish(right),
    };
    machine.supply.spoil(resource.sha256, bytes);
    const document = makeDocument({ kubelet: [resource] });
    assert.equal(await machine.pass(document), 'incomplete');
    const ids = [{ id: 'artifact:kubelet', component: 'kubelet' }];
    const accepted: AgentEvent = { type: 'document-accepted', generation: 1, digest: 'd', resources: ids };
    assert.equal(await machine.host.files.stat('/opt/vent/bin/kubelet'), undefined);
    return await statusAfter(1, [accepted, ...machine.events]);
  }

  it('is named with what was expected and what came', async () => {
    const expected =
      /n1 +converging .*artifact:kubelet: cannot store \S+: expected 23 bytes with SHA-256 [0-9a-f]{12}, /;
    const cases = [
      [right.slice(0, 9), /got 9 bytes$/m],
      [right.replace('some', 'same'), /got SHA-256 [0-9a-f]{12}$/m],
      [`${right} and more`, /got more$/m],
    ] as const;
    for (const [bytes, words] of cases) {
      const text = await status(bytes);
      assert.match(text, expected);
      assert.match(text, words);
    }
  });
});
