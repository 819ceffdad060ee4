import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { withContext } from '../../../coordinator/cli/config-file.ts';
import type { OperatorAnswers } from '../../../coordinator/cli/fake-operator.ts';
import { CONFIG, contextNamed, run } from './bench.ts';

describe('vent userdata', () => {
  const answers: OperatorAnswers = {
    GetUserdata: ({ token_id, secret, format, device_id }) => ({
      files:
        format === 'nocloud'
          ? { 'user-data': '#cloud-config\n', 'meta-data': 'instance-id: a\n' }
          : { 'user-data': `${format} ${token_id} ${secret} ${device_id}\n` },
    }),
  };

  it('prints the one file of most formats', async () => {
    for (const format of ['script', 'cloud-config', 'mime']) {
      const { output } = await run(`userdata --token t1 --secret ab --device d1 --format ${format}`, { answers });
      assert.equal(output, `${format} t1 ab d1\n`);
    }
  });

  it('takes the secret from the environment, so that it need not stand in a history', async () => {
    const { output } = await run('userdata --token t1', { answers, env: { VENT_TOKEN_SECRET: 'cd' } });
    assert.equal(output, 'script t1 cd \n');
    const { code, errors } = await run('userdata --token t1', { answers });
    assert.deepEqual([code, errors.split('\n')[0]], [2, 'error: cannot make userdata: there is no secret']);
  });

  it('writes the files of nocloud into a directory, for their owner only', async () => {
    const words = 'userdata --token t1 --secret ab --format nocloud';
    assert.equal((await run(words, { answers })).code, 2);
    const { output, shell } = await run(`${words} --directory seed`, { answers });
    assert.deepEqual(output.split('\n').sort(), ['', 'seed/meta-data written', 'seed/user-data written']);
    assert.equal(shell.files.get('seed/user-data'), '#cloud-config\n');
    assert.ok(shell.privateFiles.has('seed/user-data') && shell.privateFiles.has('seed/meta-data'));
  });

  it('refuses another format, naming those there are', async () => {
    const { code, errors } = await run('userdata --token t1 --secret ab --format iso', { answers });
    assert.equal(code, 2);
    assert.match(errors, /script, cloud-config, mime, nocloud/);
  });
});

describe('vent kubeconfig', () => {
  const requests: Parameters<NonNullable<OperatorAnswers['GetKubeconfig']>>[0][] = [];
  const answers: OperatorAnswers = {
    GetCluster: () => ({ name: 'demo' }),
    GetKubeconfig(request) {
      requests.push(request);
      return {
        cluster_name: 'demo',
        trust: 'T',
        certificate_chain: 'C',
        servers: [{ name: 'control-1', url: 'https://198.51.100.11:6443' }],
      };
    },
  };
  const path = '/home/me/.kube/config';

  it('merges a fresh key that it has proved into the file kubectl reads', async () => {
    const before = '# mine\napiVersion: v1\nkind: Config\ncurrent-context: work\ncontexts: []\n';
    const { output, shell } = await run('kubeconfig', {
      answers,
      prepare: (on) => void on.files.set(path, before),
    });
    assert.equal(output, `${path} written: context demo\n`);
    const text = shell.files.get(path) ?? '';
    assert.match(text, /^# mine/);
    assert.equal(parse(text)['current-context'], 'work');
    assert.ok(shell.privateFiles.has(path));
    const request = requests.at(-1);
    const key = createPublicKey({ key: Buffer.from(request?.spki ?? []), format: 'der', type: 'spki' });
    assert.ok(verify('sha256', Buffer.from('vent kubeconfig'), key, request?.signature ?? new Uint8Array()));
    const written = Buffer.from(parse(text).users[0].user['client-key-data'], 'base64').toString();
    assert.equal(
      createPublicKey(written).export({ type: 'spki', format: 'pem' }),
      key.export({ type: 'spki', format: 'pem' }),
    );
  });

  it('writes where it is told', async () => {
    const prepare = (on: { readonly files: Map<string, string> }): void =>
      void on.files.set('old', 'apiVersion: v1\n# gone\n');
    assert.match((await run('kubeconfig -', { answers })).output, /current-context: demo/);
    const whole = await run('kubeconfig old --no-merge', { answers, prepare });
    assert.doesNotMatch(whole.shell.files.get('old') ?? '', /gone/);
    const first = await run('kubeconfig --current', { answers, env: { KUBECONFIG: ':/a:/b' } });
    assert.equal(parse(first.shell.files.get('/a') ?? '')['current-context'], 'demo');
  });

  it('asks for no certificate in a dry run', async () => {
    const { output, operator, shell } = await run('kubeconfig --dry-run', { answers });
    assert.equal(output, `${path} would be written: context demo\n`);
    assert.deepEqual([operator.calls, shell.files.has(path)], [['GetCluster'], false]);
  });
});

describe('contexts', () => {
  const text = `# mine\n${withContext(withContext(undefined, CONFIG, contextNamed('one'), false), CONFIG, contextNamed('two'), false)}`;
  const files = { [CONFIG]: text };
  const answers: OperatorAnswers = { GetVersion: () => ({ version: '9' }) };

  it('are listed without their keys', async () => {
    const { output } = await run('config get-contexts', { files });
    assert.equal(output, 'NAME  CURRENT  ADDRESS\none   *        one:7445\ntwo   -        two:7445\n');
    assert.doesNotMatch((await run('config get-contexts -o json', { files })).output, /"key"|"certificate"/);
    assert.equal((await run('config get-contexts -o name', { files })).output, 'one\ntwo\n');
  });

  it('are chosen by the file, the environment or an option, in this order of weight', async () => {
    const chosen = async (words: string, env: Readonly<Record<string, string>>): Promise<string> => {
      const { output, connected } = await run(`${words} version`.trim().split(' '), { files, env, answers });
      assert.equal(output, 'vent 1.2.3\ncoordinator 9\n');
      return `${connected[0]?.[0].name} ${connected[0]?.[0].address} ${connected[0]?.[1]}`;
    };
    assert.equal(await chosen('', {}), 'one one:7445 30000');
    assert.equal(await chosen('', { VENT_CONTEXT: 'two' }), 'two two:7445 30000');
    assert.equal(await chosen('--context one --request-timeout 5s', { VENT_CONTEXT: 'two' }), 'one one:7445 5000');
    assert.equal(await chosen('', { VENT_ADDR: '[::1]:1' }), 'one [::1]:1 30000');
  });

  it('are read from where the environment says', async () => {
    for (const [env, path] of [
      [{ VENTCONFIG: '/c' }, '/c'],
      [{ XDG_CONFIG_HOME: '/x' }, '/x/vent/config'],
    ] as const)
      assert.equal((await run('config current-context', { env, files: { [path]: text } })).output, 'one\n');
  });

  it('are switched, and the file keeps its comments', async () => {
    const { output, shell } = await run('config use-context two', { files });
    assert.equal(output, 'context two is the current one\n');
    assert.match(shell.files.get(CONFIG) ?? '', /^# mine[\s\S]*current-context: two/);
    assert.ok(shell.privateFiles.has(CONFIG));
    const dry = await run('config use-context two --dry-run', { files });
    assert.equal(dry.shell.files.get(CONFIG), text);
  });

  it('are named where one is mistyped or missing', async () => {
    const wrong = await run('config use-context twoo', { files });
    assert.equal(wrong.code, 1);
    assert.match(wrong.errors, /cannot find context twoo in .*: it has one, two\nhint: Did you mean two\?/);
    const none = await run('status', { files: {} });
    assert.match(none.errors, /^error: cannot find a coordinator: there is no .*\nhint: `vent serve` writes a context/);
    assert.equal((await run('config current-context', { files: {} })).code, 1);
  });
});

describe('vent version', () => {
  it('asks a coordinator only where one is known', async () => {
    assert.equal((await run('version', { files: {} })).output, 'vent 1.2.3\n');
    assert.equal((await run('version --client -o json')).output, '{\n  "client": "1.2.3"\n}\n');
    const away = await run('version');
    assert.deepEqual([away.code, away.output], [1, 'vent 1.2.3\n']);
    assert.equal(
      away.errors,
      'error: cannot reach the coordinator: it is away\nhint: Context demo says that `vent serve` listens on demo:7445.\n',
    );
  });
});
