/** Those who look on while a cluster is upgraded: a client of its API, and one of a service in it. */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parse } from 'yaml';
import * as z from 'zod';
import { type ApiCalls, resultSchema } from './api-client.ts';
import type { TestCluster } from './cluster.ts';
import { outputOf } from './lab.ts';

const kubeconfigSchema = z.object({
  clusters: z.array(z.object({ cluster: z.object({ 'certificate-authority-data': z.string() }) })).min(1),
  users: z
    .array(z.object({ user: z.object({ 'client-certificate-data': z.string(), 'client-key-data': z.string() }) }))
    .min(1),
});

function decode(base64: string | undefined): string {
  return Buffer.from(base64 ?? '', 'base64').toString();
}

/** Begins to write to the API. @returns what ends that and tells what came of it */
export async function watchApi({ lab }: TestCluster, endpoints: readonly string[]): Promise<() => Promise<ApiCalls>> {
  const { clusters, users } = kubeconfigSchema.parse(parse(await readFile(lab.names.kubeconfig, 'utf8')));
  const orders = {
    endpoints,
    roots: decode(clusters[0]?.cluster['certificate-authority-data']),
    certificate: decode(users[0]?.user['client-certificate-data']),
    key: decode(users[0]?.user['client-key-data']),
  };
  const script = join(import.meta.dirname, 'api-client.ts');
  const node = [process.execPath, '--disable-warning=ExperimentalWarning', script];
  const child = spawn('ip', ['netns', 'exec', lab.names.coordinator, ...node], { stdio: ['pipe', 'pipe', 'inherit'] });
  const output = text(child.stdout);
  child.stdin.write(`${JSON.stringify(orders)}\n`);
  return async () => {
    child.stdin.end('end\n');
    return resultSchema.parse(JSON.parse(await output));
  };
}

const LOG = '/run/service-client.log';

/** Asks a service from a machine, five times a second. @returns what ends that and tells how often it was asked, and each failure */
export async function watchService(
  { lab }: TestCluster,
  machine: string,
  url: string,
): Promise<() => Promise<{ readonly asked: number; readonly failures: readonly string[] }>> {
  const ask = `curl -sS -m 5 -o /dev/null -w '%{http_code}' ${url} 2>&1`;
  const loop = `while :; do echo "$(date -u +%T.%N) $(${ask})" >> ${LOG}; sleep 0.2; done`;
  await outputOf(lab, machine, ['systemd-run', '--unit=service-client', 'bash', '-c', loop]);
  return async () => {
    await outputOf(lab, machine, ['systemctl', 'stop', 'service-client']);
    const lines = (await outputOf(lab, machine, ['cat', LOG])).split('\n');
    return { asked: lines.length, failures: lines.filter((line) => !line.endsWith(' 200')) };
  };
}
