/**
 * A client that writes to the Kubernetes API ten times a second, as one that knows every API server: it stays with the
 * one that answers, and tries the next one once when a call fails. Run in a network namespace of the lab: its standard
 * input says where and with what; a line "end" there ends it, and it prints what came of it as JSON.
 */
import { Agent, request } from 'node:https';
import { createInterface } from 'node:readline/promises';
import * as z from 'zod';

export const ordersSchema = z.object({
  /** `https://10.80.0.3:6443` */
  endpoints: z.array(z.string()).min(1),
  /** PEM. */
  roots: z.string(),
  certificate: z.string(),
  key: z.string(),
});

export const resultSchema = z.object({
  calls: z.number(),
  /** Names of objects whose making was acknowledged. */
  written: z.array(z.string()),
  /** First attempts that failed, by API server. */
  failed: z.array(z.object({ endpoint: z.string(), why: z.string() })),
  /** Calls that failed at the second attempt too. */
  lost: z.array(z.object({ endpoint: z.string(), why: z.string() })),
});
export type ApiCalls = z.infer<typeof resultSchema>;

const PERIOD_MILLISECONDS = 100;
const PATIENCE_MILLISECONDS = 5000;

type Orders = z.infer<typeof ordersSchema>;

/** @returns the status @throws Error when none came */
function write(agent: Agent, endpoint: string, name: string): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const url = `${endpoint}/api/v1/namespaces/default/configmaps`;
  const signal = AbortSignal.timeout(PATIENCE_MILLISECONDS);
  const headers = { 'content-type': 'application/json' };
  const call = request(url, { method: 'POST', agent, headers, signal }, (response) => {
    response.resume();
    response.on('end', () => resolve(response.statusCode ?? 0));
    response.on('error', reject);
  });
  call.on('error', reject);
  call.end(JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, labels: { from: 'client' } } }));
  return promise;
}

/** @returns why it failed; undefined when the object is there: one that is there already was written by the attempt before */
async function attempt(agent: Agent, endpoint: string, name: string): Promise<string | undefined> {
  try {
    const status = await write(agent, endpoint, name);
    return status === 201 || status === 409 ? undefined : `status ${status}`;
  } catch (thrown) {
    return thrown instanceof Error ? thrown.message : String(thrown);
  }
}

async function callUntil({ endpoints, roots, certificate, key }: Orders, signal: AbortSignal): Promise<ApiCalls> {
  const agent = new Agent({ keepAlive: true, ca: roots, cert: certificate, key });
  const result: ApiCalls = { calls: 0, written: [], failed: [], lost: [] };
  const under = new Set<Promise<void>>();
  let current = 0;

  async function callOnce(name: string): Promise<void> {
    const first = current;
    const why = await attempt(agent, endpoints[first] ?? '', name);
    if (why === undefined) return void result.written.push(name);
    result.failed.push({ endpoint: endpoints[first] ?? '', why });
    const next = (first + 1) % endpoints.length;
    if (current === first) current = next;
    const again = await attempt(agent, endpoints[next] ?? '', name);
    if (again === undefined) result.written.push(name);
    else result.lost.push({ endpoint: endpoints[next] ?? '', why: again });
  }

  const timer = setInterval(() => {
    const call = callOnce(`write-${result.calls}`).finally(() => under.delete(call));
    result.calls += 1;
    under.add(call);
  }, PERIOD_MILLISECONDS);
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => resolve(), { once: true });
  await ended;
  clearInterval(timer);
  await Promise.all(under);
  agent.destroy();
  return result;
}

if (import.meta.main) {
  const lines = createInterface({ input: process.stdin });
  const ending = new AbortController();
  let calls: Promise<ApiCalls> | undefined;
  for await (const line of lines) {
    if (line === 'end') break;
    calls = callUntil(ordersSchema.parse(JSON.parse(line)), ending.signal);
  }
  ending.abort();
  process.stdout.write(`${JSON.stringify(await calls)}\n`);
}
