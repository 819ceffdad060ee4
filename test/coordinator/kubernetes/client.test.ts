import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { VentError } from '../../../shared/errors.ts';
import { describeKubernetes } from '../../laws/kubernetes.ts';
import { createFakeCluster } from './fake-client.ts';

const { client: lawful } = createFakeCluster();
describeKubernetes('the fake API server', () => lawful);

const CONFIG = { apiVersion: 'v1', kind: 'ConfigMap' };
const config = (name: string) => ({ ...CONFIG, metadata: { name, namespace: 'default' } });

describe('a refusal', () => {
  for (const [status, code, retry] of [
    [400, 'KUBERNETES_REFUSED', 'never'],
    [403, 'KUBERNETES_REFUSED', 'never'],
    [409, 'CONFLICT', 'now'],
    [429, 'BUSY', 'backoff'],
    [500, 'KUBERNETES_REFUSED', 'backoff'],
    [503, 'KUBERNETES_REFUSED', 'backoff'],
  ] as const)
    it(`with ${status} is ${code} in the API server's words`, async () => {
      const { client, server } = createFakeCluster();
      server.fail({ status, times: 1 });
      await assert.rejects(client.apply(config('a')), (error) => {
        assert.ok(error instanceof VentError);
        assert.deepEqual([error.code, error.retry], [code, retry]);
        assert.equal(error.message, 'cannot write ConfigMap default/a: ordered by the test');
        return true;
      });
    });

  it('of the right to ask is a no', async () => {
    const { client, server } = createFakeCluster();
    const everything = { verb: '*', group: '*', resource: '*' };
    server.setBound(false);
    assert.equal(await client.isAllowed(everything), false);
    server.setBound(true);
    server.fail({ status: 403, times: 1 });
    assert.equal(await client.isAllowed(everything), false);
    assert.equal(await client.isAllowed(everything), true);
  });
});

describe('a list', () => {
  it('is read page by page', async () => {
    const { client } = createFakeCluster();
    for (let index = 0; index < 1001; index += 1) await client.create(config(`c${index}`));
    const { items } = await client.list(CONFIG);
    assert.equal(new Set(items.map(({ metadata }) => metadata.name)).size, 1001);
  });

  it('begins again without pages when the history of its first page is gone', async () => {
    const { client, server } = createFakeCluster();
    for (let index = 0; index < 600; index += 1) await client.create(config(`c${index}`));
    server.fail({ path: 'continue=', status: 410, times: 1 });
    assert.equal((await client.list(CONFIG)).items.length, 600);
  });
});

describe('a watch', () => {
  /** Follows until `count` events were told, doing `steps[n]` after the nth. */
  async function follow(cluster: ReturnType<typeof createFakeCluster>, steps: readonly (() => unknown)[]) {
    const told: string[] = [];
    const ended = new AbortController();
    for await (const event of cluster.client.watch(CONFIG, {}, ended.signal)) {
      told.push(event.type === 'list' ? `list ${event.items.length}` : `${event.type} ${event.object.metadata.name}`);
      await steps[told.length - 1]?.();
      if (told.length === steps.length + 1) ended.abort();
    }
    return told;
  }

  it('goes on where it was after the connection broke, also while no API server answers', async () => {
    const cluster = createFakeCluster();
    const { client, server } = cluster;
    const told = await follow(cluster, [
      () => client.create(config('a')),
      async () => {
        server.fail({ path: 'watch=true', status: 0, times: 3 });
        server.disconnect();
        await client.create(config('b'));
      },
    ]);
    assert.deepEqual(told, ['list 0', 'put a', 'put b']);
    assert.equal(server.calls.filter((call) => call === 'GET /api/v1/configmaps').length, 1 + 1 + 3 + 1);
  });

  it('lists again when the history is gone', async () => {
    const cluster = createFakeCluster();
    const told = await follow(cluster, [
      () => cluster.client.create(config('a')),
      async () => {
        cluster.server.disconnect();
        await cluster.client.create(config('b'));
        cluster.server.compact();
      },
      () => cluster.client.create(config('c')),
    ]);
    assert.deepEqual(told, ['list 0', 'put a', 'list 2', 'put c']);
  });

  it('says in the log why it cannot be had, and begins once it can', async () => {
    const cluster = createFakeCluster();
    cluster.server.fail({ status: 403, times: 2 });
    assert.deepEqual(await follow(cluster, []), ['list 0']);
    assert.deepEqual(
      cluster.log.lines.map(({ fields }) => fields.kind),
      ['ConfigMap', 'ConfigMap'],
    );
  });
});
