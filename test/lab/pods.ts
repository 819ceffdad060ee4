/** The pods that tests put into a cluster, and what they say. */
import { stringify } from 'yaml';
import { BUSYBOX, type TestCluster } from './cluster.ts';

export interface TestPod {
  readonly name: string;
  /** Name of the machine it must run on. */
  readonly machine: string;
  /** For sh; it must not end unless `kubectl wait` is for its end. */
  readonly command: string;
  readonly runtimeClass?: 'gvisor';
}

/** The text of a pod with the label `app` of its own name, on that machine by the scheduler's choice. */
function renderPod({ name, machine, command, runtimeClass }: TestPod): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: name } },
    spec: {
      ...(runtimeClass === undefined ? {} : { runtimeClassName: runtimeClass }),
      nodeSelector: { 'kubernetes.io/hostname': machine },
      tolerations: [{ key: 'node-role.kubernetes.io/control-plane', operator: 'Exists', effect: 'NoSchedule' }],
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'main', image: BUSYBOX, imagePullPolicy: 'Never', command: ['sh', '-c', command] }],
    },
  });
}

/** Creates the pods and waits until all are Ready. */
export async function runPods(cluster: TestCluster, pods: readonly TestPod[], seconds = 60): Promise<void> {
  await cluster.kubectl(['apply', '-f', '-'], pods.map(renderPod).join('---\n'));
  const names = pods.map(({ name }) => `pod/${name}`);
  await cluster.kubectl(['wait', '--for=condition=Ready', `--timeout=${seconds}s`, ...names]);
}

/** Standard output of a line of sh in a pod. */
export async function shellIn(cluster: TestCluster, pod: string, line: string): Promise<string> {
  return (await cluster.kubectl(['exec', pod, '--', 'sh', '-c', line])).trim();
}

/** What an HTTP server answers to a pod; nc, as busybox's static wget cannot look up names. */
export async function fetchFrom(cluster: TestCluster, pod: string, address: string, port: number): Promise<string> {
  const answer = await shellIn(cluster, pod, `printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w 5 ${address} ${port}`);
  return answer.split('\r\n\r\n').slice(1).join('').trim();
}
