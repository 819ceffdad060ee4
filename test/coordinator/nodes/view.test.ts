import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { describeMachine, type Knowledge } from '../../../coordinator/nodes/view.ts';
import type { Device } from '../../../coordinator/providers/provider.ts';
import type { NodeReport, ResourceReport } from '../../../shared/report.ts';

const at = '2026-01-01T00:00:00Z';
const nothing: Knowledge = {
  name: 'w1',
  createdAt: at,
  createError: undefined,
  device: undefined,
  downloadingSince: undefined,
  downloadError: undefined,
  enrollingSince: undefined,
  enrolError: undefined,
  enrolledAt: undefined,
  resettingSince: undefined,
  leavesFor: undefined,
  isConnected: false,
  isDeviceGone: false,
  connectionSince: undefined,
  waitsFor: undefined,
  generation: 0,
  report: undefined,
  wasReady: false,
  observed: [],
};
function device(state: string, reason?: string): Device {
  return {
    id: 'd',
    hostname: 'w1',
    state,
    plan: 'p',
    facility: 'f',
    tags: [],
    createdAt: at,
    addresses: [],
    terminationTime: undefined,
    reason,
  };
}
function say(changes: Partial<Knowledge>): string {
  const { state, message } = describeMachine({ ...nothing, ...changes });
  return message === '' ? state : `${state}: ${message}`;
}
function resource(id: string, state: ResourceReport['state'], message: string): ResourceReport {
  return { id, component: 'c', state, message, since: at };
}
function report(changes: Partial<NodeReport>): NodeReport {
  return {
    generation: 1,
    documentDigest: '',
    converged: false,
    committedGeneration: 1,
    quarantine: undefined,
    drift: [],
    done: undefined,
    resources: [],
    convergedCount: 0,
    conditions: [],
    ...changes,
  };
}
const member: Partial<Knowledge> = { enrolledAt: at, isConnected: true, connectionSince: at, generation: 1 };

describe('what a machine is doing before it is a member', () => {
  it('is told from the create call on', () => {
    assert.equal(say({}), 'requested: waits for the facility to answer the create call');
    assert.equal(say({ createError: 'cannot create w1: no capacity' }), 'requested: cannot create w1: no capacity');
    assert.equal(say({ device: device('queued') }), 'provisioning: the facility says queued');
    assert.equal(say({ device: device('failed', 'no disk') }), 'failed: the facility says failed: no disk');
    assert.equal(say({ device: device('active') }), 'booting: active at the facility, has not asked for its agent yet');
    assert.equal(say({ device: device('active'), downloadingSince: at }), 'downloading: fetches the agent file');
    assert.equal(say({ device: device('active'), enrollingSince: at }), 'enrolling: proves its token and its key');
    assert.equal(
      say({ device: device('active'), enrollingSince: at, enrolError: 'the token expired' }),
      'enrolling: refused: the token expired',
    );
  });
});

describe('what a member is doing', () => {
  it('says what it waits for', () => {
    assert.equal(
      say({ ...member, waitsFor: 'waits for 2 more etcd machines to enrol' }),
      'waiting: waits for 2 more etcd machines to enrol',
    );
    assert.equal(say({ ...member }), 'converging: takes up document 1');
  });

  it('is gone when the facility does not know its device and nothing is heard of it, with what to do', () => {
    const gone = 'gone: the facility does not know its device any more; vent deprovision w1 forgets it';
    assert.equal(say({ ...member, isConnected: false, isDeviceGone: true }), gone);
    assert.equal(say({ ...member, isConnected: false, isDeviceGone: true, resettingSince: at }), gone);
    assert.doesNotMatch(say({ ...member, isDeviceGone: true }), /gone/);
  });

  it('names the resource that failed before the ones it blocks', () => {
    const resources = [
      resource('unit:kubelet.service', 'blocked', 'blocked by artifact:kubelet'),
      resource('artifact:kubelet', 'failed', 'disk full'),
    ];
    assert.equal(say({ ...member, report: report({ resources }) }), 'converging: artifact:kubelet: disk full');
  });

  it('has failed when it does not accept its newest document, until it takes one', () => {
    const refused = report({
      converged: true,
      conditions: [
        {
          type: 'Converged',
          status: 'False',
          reason: 'DocumentRefused',
          message: 'cannot read the document: unknown kind',
          observedGeneration: 1,
          lastTransitionTime: at,
        },
      ],
    });
    assert.equal(say({ ...member, generation: 2, report: refused }), 'failed: cannot read the document: unknown kind');
    assert.equal(say({ ...member, generation: 2, report: report({}) }), 'converging: takes up document 2');
  });

  it('is ready only when converged and everything the coordinator observes holds', () => {
    const unmet = {
      type: 'KubernetesReady',
      status: 'False',
      reason: 'NotReady',
      message: 'waits until Kubernetes says Ready',
      observedGeneration: 1,
      lastTransitionTime: at,
    } as const;
    assert.equal(
      say({ ...member, report: report({ converged: true }), observed: [unmet] }),
      'converging: waits until Kubernetes says Ready',
    );
    assert.equal(
      say({ ...member, report: report({ converged: true }), observed: [{ ...unmet, status: 'True' }] }),
      'ready',
    );
  });

  it('stays ready while its system wants a reboot, and says so', () => {
    const reboot = {
      type: 'RebootRequired',
      status: 'True',
      reason: 'SystemUpdated',
      message: 'reboot required by libc6',
      observedGeneration: 1,
      lastTransitionTime: at,
    } as const;
    const updated = report({ converged: true, conditions: [reboot] });
    assert.equal(say({ ...member, report: updated }), 'ready: reboot required by libc6');
  });

  it('is updating, not converging, once it was ready', () => {
    assert.equal(
      say({ ...member, generation: 2, wasReady: true, report: report({ converged: true }) }),
      'updating: takes up document 2',
    );
  });

  it('is unreachable when its connection ended', () => {
    assert.equal(say({ ...member, isConnected: false }), `unreachable: no connection since ${at}`);
  });
});

describe('a machine that is reset', () => {
  it('is resetting, connected or not, until it has left', () => {
    assert.match(say({ ...member, leavesFor: 'reset' }), /^resetting: leaves etcd before/);
    assert.match(
      say({ ...member, leavesFor: 'nowhere', resettingSince: at }),
      /^resetting: .* still to be removed from etcd$/,
    );
    const told = say({ ...member, resettingSince: at });
    assert.equal(told, `resetting: told to undo everything Vent made, since ${at}`);
    const away = say({ ...member, isConnected: false, resettingSince: at });
    assert.equal(away, `resetting: undoes everything Vent made, since ${at}`);
  });
});
