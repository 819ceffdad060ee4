import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { run } from './bench.ts';
import { CONTROL, listMachines, type Machine, WORKER } from './machines.ts';

const answers = listMachines;

describe('vent nodes', () => {
  it('prints a table, NAME first and AGE last', async () => {
    const { code, output, errors } = await run('nodes', { answers });
    assert.equal(
      output,
      `NAME       STATE       POOL     ROLES               PRIVATE-IP  AGE
control-1  ready       control  etcd,control-plane  10.0.0.11   2h
workers-1  converging  workers  worker              10.0.0.21   90s
`,
    );
    assert.deepEqual([code, errors], [0, '']);
  });

  it('prints more when wide', async () => {
    const { output } = await run('nodes -o wide --no-headers -l role=etcd', { answers });
    assert.equal(
      output,
      'control-1  ready  control  etcd,control-plane  10.0.0.11  198.51.100.11  7/7  True  Unknown  d1  2h\n',
    );
  });

  it('prints names, fields, YAML and JSON for programs', async () => {
    assert.equal((await run('nodes -o name', { answers })).output, 'node/control-1\nnode/workers-1\n');
    const states = await run('nodes -o jsonpath={.items[*].state}', { answers });
    assert.equal(states.output, 'ready converging\n');
    for (const [format, read] of [
      ['json', (text: string) => JSON.parse(text)],
      ['yaml', (text: string) => parse(text)],
    ] as const) {
      const list = read((await run(`nodes -o ${format}`, { answers })).output);
      assert.deepEqual([list.apiVersion, list.kind, list.items[1].name], ['vent/v1alpha1', 'MachineList', 'workers-1']);
      assert.equal(list.items[1].pod_cidr, '', 'fields that were left out have their defaults');
    }
  });

  it('says that there is nothing, to people', async () => {
    const none = { ListMachines: () => ({}) };
    const table = await run('nodes', { answers: none });
    assert.deepEqual([table.code, table.output, table.errors], [0, '', 'no machines found\n']);
    const list = await run('nodes -o json', { answers: none });
    assert.deepEqual([JSON.parse(list.output).items, list.errors], [[], '']);
  });

  it('selects and sorts', async () => {
    assert.equal((await run('nodes -o name -l pool=workers,state=converging', { answers })).output, 'node/workers-1\n');
    assert.equal((await run('nodes -o name -l state=gone', { answers })).output, '');
    const sorted = await run('nodes -o name --sort-by {.state}', { answers });
    assert.equal(sorted.output, 'node/workers-1\nnode/control-1\n');
  });

  it('refuses a selector it does not have', async () => {
    for (const selector of ['name=a', 'pool', 'x']) {
      const { code, output, errors } = await run(['nodes', '-l', selector], { answers });
      assert.deepEqual([code, output], [2, '']);
      assert.match(errors, /^error: cannot select by .*\nhint: Use pool=NAME/);
    }
  });

  it('prints again after every change until it is interrupted', async () => {
    let interrupt: () => void = () => {};
    const { code, output, errors } = await run('nodes -w -o name', {
      prepare: (shell) => {
        interrupt = shell.interrupt;
      },
      answers: {
        async *WatchMachines(_, signal) {
          yield { machines: [CONTROL] };
          yield { machines: [CONTROL, WORKER] };
          interrupt();
          signal?.throwIfAborted();
        },
      },
    });
    assert.equal(output, 'node/control-1\nnode/control-1\nnode/workers-1\n');
    assert.deepEqual([code, errors], [130, '']);
  });
});

describe('vent describe node', () => {
  it('shows one machine whole, whichever of its names is used', async () => {
    for (const name of ['workers-1', 'node/workers-1', 'd2', WORKER.id ?? '']) {
      const { output } = await run(['describe', 'node', name], { answers });
      assert.match(output, /^Name: +workers-1$/m);
      assert.match(output, /^State: +converging \(waits for unit:containerd\.service\)$/m);
      assert.match(output, /^Since: .* \(60s\)$/m);
      assert.match(output, /^Document: +generation 3, machine is at 2$/m);
      assert.match(
        output,
        /^ {2}blocked +30s +unit:kubelet\.service \(kubelet\): waits for unit:containerd\.service$/m,
      );
    }
    const { output } = await run('describe node control-1', { answers });
    assert.match(output, /^ {2}KubernetesReady +True +30m +NodeReady$/m);
  });

  it('names the machines there are when there is none of that name', async () => {
    const { code, output, errors } = await run('describe node w1', { answers });
    assert.deepEqual([code, output], [1, '']);
    assert.equal(errors, 'error: cannot find machine w1: the cluster has control-1, workers-1\n');
  });

  it('tells errors with their code where JSON is asked for', async () => {
    const { errors } = await run('describe node w1 -o json', { answers });
    assert.equal(JSON.parse(errors).code, 'NOT_FOUND');
  });
});

describe('vent status', () => {
  const GetCluster = () => ({ name: 'demo', revision: '4', etcd_formed: true, kubernetes_version: '1.37.2' });

  it('is the cluster in one screen', async () => {
    const { output } = await run('status', { answers: { ...answers, GetCluster } });
    assert.equal(
      output,
      `Cluster demo: Kubernetes 1.37.2, revision 4, etcd formed, 1 of 2 machines ready
NAME       STATE       FOR  DOING
control-1  ready       30m  -
workers-1  converging  60s  waits for unit:containerd.service
`,
    );
  });

  it('says what to do first', async () => {
    const { output } = await run('status', {
      answers: { GetCluster: () => ({ revision: '0' }), ListMachines: () => ({}) },
    });
    assert.match(output, /^No cluster yet: vent apply -f cluster\.yaml\nNo machines yet: vent provision/);
  });

  it('is an object for programs', async () => {
    const { output } = await run('status -o json', { answers: { ...answers, GetCluster } });
    const { cluster, machines } = JSON.parse(output);
    assert.deepEqual([cluster.name, cluster.revision, machines.length], ['demo', '4', 2]);
  });
});

describe('vent certificates', () => {
  it('lists them with the time they have left', async () => {
    const { output } = await run('certificates', {
      answers: {
        ListCertificates: () => ({
          certificates: [
            {
              holder: 'workers-1',
              name: 'kubelet',
              authority: 'kubernetes',
              subject: 'CN=system:node:workers-1, O=system:nodes',
              serial: '0f',
              not_after: '2026-12-01T12:00:00Z',
            },
          ],
        }),
      },
    });
    assert.equal(
      output,
      `NAME     HOLDER     AUTHORITY   SUBJECT                                   EXPIRES-IN
kubelet  workers-1  kubernetes  CN=system:node:workers-1, O=system:nodes  7d
`,
    );
  });
});

describe('vent wait', () => {
  const readyWorker: Machine = { ...WORKER, state: 'ready', message: '' };

  it('ends when every machine is ready, having said what each did meanwhile', async () => {
    const { code, output, errors } = await run('wait', {
      answers: {
        async *WatchMachines() {
          yield { machines: [CONTROL, WORKER] };
          yield { machines: [CONTROL, WORKER] };
          yield { machines: [CONTROL, readyWorker] };
          throw new Error('nobody listens any more');
        },
      },
    });
    assert.deepEqual([code, output], [0, '']);
    assert.equal(
      errors,
      'control-1: ready\nworkers-1: converging, waits for unit:containerd.service\nworkers-1: ready\n',
    );
  });

  it('waits for one machine, for a number, or for a state', async () => {
    const WatchMachines = async function* () {
      yield { machines: [CONTROL, WORKER] };
    };
    for (const words of ['wait control-1', 'wait --for nodes=1', 'wait node/workers-1 --for state=converging'])
      assert.equal((await run(words, { answers: { WatchMachines } })).code, 0, words);
  });

  it('ends with 4 when time runs out, and says so', async () => {
    const { code, errors } = await run('wait --timeout 1ms --progress none', {
      answers: {
        async *WatchMachines(_, signal) {
          yield { machines: [WORKER] };
          await new Promise((resolve) => signal?.addEventListener('abort', resolve));
          throw new Error('cancelled');
        },
      },
    });
    assert.equal(code, 4);
    assert.match(errors, /^error: cannot wait any longer: ready did not come true in 1ms\nhint: /);
  });

  it('is not deceived by a coordinator that goes away', async () => {
    const { code, errors } = await run('wait --progress none', {
      answers: {
        async *WatchMachines() {
          yield { machines: [WORKER] };
        },
      },
    });
    assert.deepEqual(
      [code, errors.split('\n')[0]],
      [1, 'error: cannot wait any longer: the coordinator ended the connection'],
    );
  });

  it('tells its progress as JSON when asked', async () => {
    const { errors } = await run('wait control-1 --progress=json', {
      answers: {
        async *WatchMachines() {
          yield { machines: [CONTROL] };
        },
      },
    });
    assert.deepEqual(JSON.parse(errors), { machine: 'control-1', state: 'ready', message: '', elapsedMilliseconds: 0 });
  });

  it('refuses what cannot come true', async () => {
    for (const words of ['wait --for happiness', 'wait --for ready=1', 'wait --timeout 5']) {
      const { code, connected } = await run(words);
      assert.deepEqual([code, connected], [2, []], words);
    }
  });
});
