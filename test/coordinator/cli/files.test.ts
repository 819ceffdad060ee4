import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parse } from 'yaml';
import type { Context } from '../../../coordinator/cli/config.ts';
import { parseConfig, withContext, withCurrent } from '../../../coordinator/cli/config-file.ts';
import { createFakeShell } from '../../../coordinator/cli/fake-shell.ts';
import { withCluster } from '../../../coordinator/cli/kubeconfig.ts';
import { readSpecFile } from '../../../coordinator/cli/spec-file.ts';
import { parseDuration } from '../../../shared/duration.ts';
import { VentError } from '../../../shared/errors.ts';

const context: Context = { name: 'demo', address: '127.0.0.1:7445', roots: 'R\n', certificate: 'C\n', key: 'K\n' };

describe('the configuration of contexts', () => {
  it('begins with one context, which is the current one', () => {
    const config = parseConfig(withContext(undefined, 'config', context, false), 'config');
    assert.equal(config.currentContext, 'demo');
    assert.deepEqual(config.contexts, [context]);
  });
  it('replaces a context of the same name and keeps comments and the current one', () => {
    const before = `# mine\n${withContext(undefined, 'config', { ...context, name: 'other' }, false)}`;
    const text = withContext(before, 'config', context, false);
    const again = withContext(text, 'config', { ...context, address: '10.0.0.1:7445' }, false);
    const config = parseConfig(again, 'config');
    assert.match(again, /^# mine/);
    assert.deepEqual(
      config.contexts.map((one) => [one.name, one.address]),
      [
        ['other', '127.0.0.1:7445'],
        ['demo', '10.0.0.1:7445'],
      ],
    );
    assert.equal(config.currentContext, 'other');
  });
  it('takes another current context and keeps comments', () => {
    const text = withCurrent(`# mine\n${withContext(undefined, 'config', context, false)}`, 'other');
    assert.match(text, /^# mine/);
    assert.equal(parseConfig(text, 'config').currentContext, 'other');
  });
  it('is not changed when it is not one of ours', () => {
    assert.throws(() => withContext('kind: Pod\n', 'config', context, false), { code: 'INVALID_INPUT' });
  });
  it('gives a VentError or a value for any text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          parseConfig(text, 'config');
        } catch (thrown) {
          assert.ok(thrown instanceof VentError);
        }
      }),
    );
  });
});

const entry = {
  cluster: 'demo',
  trust: 'T',
  certificate: 'C',
  key: 'K',
  servers: [
    { name: 'api', url: 'https://api:6443' },
    { name: 'c1', url: 'https://10.0.0.1:6443' },
  ],
};

describe('a kubeconfig', () => {
  it('holds one context per server, the first named after the cluster', () => {
    const config = parse(withCluster(undefined, entry, false));
    assert.deepEqual(
      config.contexts.map((one: { name: string }) => one.name),
      ['demo', 'demo-c1'],
    );
    assert.equal(config['current-context'], 'demo');
    assert.equal(config.clusters[1].cluster.server, 'https://10.0.0.1:6443');
  });
  it('is merged: what is there stays, comments included, and the current context too', () => {
    const before =
      '# precious\napiVersion: v1\nkind: Config\ncurrent-context: work\nclusters:\n- name: work # here\n  cluster: {server: "https://work"}\nusers: []\ncontexts: []\n';
    const after = withCluster(withCluster(before, entry, false), entry, false);
    assert.match(after, /# precious[\s\S]*# here/);
    assert.equal(parse(after)['current-context'], 'work');
    assert.equal(parse(after).clusters.length, 3);
  });
});

describe('a duration', () => {
  it('is numbers with units', () => {
    assert.deepEqual(['90s', '1h30m', '500ms', '2d'].map(parseDuration), [90_000, 5_400_000, 500, 172_800_000]);
  });
  it('is refused otherwise', () => {
    for (const text of ['', '5', 'm5', '5m ', '1.5h']) assert.throws(() => parseDuration(text), VentError);
  });
});

describe('a cluster file', () => {
  const cluster = 'apiVersion: vent/v1alpha1\nkind: Cluster\n';
  const files = {
    'one/b.yaml': cluster,
    'one/a.yaml': 'kind: Pod\n',
    'one/notes.txt': cluster,
    'none/a.yaml': 'x: 1\n',
  };

  it('is a file, the one of a directory, or standard input', async () => {
    const shell = createFakeShell({ files, input: 'typed' });
    assert.deepEqual(await readSpecFile(shell, 'one/b.yaml'), { text: cluster, name: 'one/b.yaml' });
    assert.deepEqual(await readSpecFile(shell, 'one/'), { text: cluster, name: 'one/b.yaml' });
    assert.deepEqual(await readSpecFile(shell, '-'), { text: 'typed', name: '<stdin>' });
  });

  it('must be there, and be one', async () => {
    await assert.rejects(readSpecFile(createFakeShell({ files }), 'nowhere.yaml'), { code: 'NOT_FOUND' });
    await assert.rejects(readSpecFile(createFakeShell({ files }), 'none'), {
      code: 'NOT_FOUND',
      message: /no file in it has kind: Cluster/,
    });
    const two = createFakeShell({ files: { ...files, 'one/c.yml': cluster } });
    await assert.rejects(readSpecFile(two, 'one'), { code: 'INVALID_INPUT', message: /b\.yaml and one\/c\.yml/ });
  });
});
