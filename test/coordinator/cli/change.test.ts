import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OperatorAnswers } from '../../../coordinator/cli/fake-operator.ts';
import { VentError } from '../../../shared/errors.ts';
import { starterSpec } from '../../../shared/spec/starter.ts';
import { run } from './bench.ts';
import { listMachines } from './machines.ts';

const content = starterSpec();

function viewOf(number: string, message = '') {
  return { number, author: 'ada', message, file_name: 'cluster.yaml', created_at: '2026-11-24T11:00:00Z' };
}

describe('vent apply', () => {
  const files = { 'cluster.yaml': content, '/home/me/.config/vent/config': '' };
  type Request = Parameters<NonNullable<OperatorAnswers['Apply']>>[0];

  async function apply(words: string, answer: { readonly changed: boolean }, input?: string) {
    const requests: Request[] = [];
    const ran = await run(words, {
      ...(input === undefined ? {} : { input }),
      prepare: (shell) => void shell.files.set('cluster.yaml', files['cluster.yaml']),
      answers: {
        Apply(request) {
          requests.push(request);
          return { ...answer, revision: '4', cluster_name: 'demo' };
        },
        GetRevision: () => ({ revision: viewOf('3'), content: content.replace('count: 3', 'count: 1') }),
      },
    });
    return { ...ran, requests };
  }

  it('sends the file as it is, comments included', async () => {
    const { code, output, requests } = await apply('apply -f cluster.yaml -m why', { changed: true });
    assert.deepEqual([code, output], [0, 'cluster/demo stored (revision 4)\n']);
    const request = {
      content,
      file_name: 'cluster.yaml',
      message: 'why',
      dry_run: false,
      expected_revision: '0',
      plan_hash: '',
      accept_risks: [],
    };
    assert.deepEqual(requests, [request]);
  });

  it('reads standard input', async () => {
    const { requests } = await apply('apply -f -', { changed: true }, content);
    assert.deepEqual([requests[0]?.content, requests[0]?.file_name], [content, '<stdin>']);
  });

  it('says what would happen and what did not', async () => {
    const dry = await apply('apply -f cluster.yaml --dry-run', { changed: true });
    assert.match(dry.output, /^--- revision 3\n\+\+\+ cluster\.yaml\n@@/);
    assert.match(dry.output, /^cluster\/demo would be stored \(revision 4\)$/m);
    assert.equal(dry.requests[0]?.dry_run, true);
    const same = await apply('apply -f cluster.yaml', { changed: false });
    assert.deepEqual([same.code, same.output], [0, 'cluster/demo unchanged (revision 4)\n']);
    assert.equal((await apply('apply -f cluster.yaml --error-unchanged', { changed: false })).code, 3);
  });

  it('sends nothing that is not valid', async () => {
    const { code, errors, connected } = await apply('apply -f -', { changed: true }, 'kind: Cluster\n');
    assert.deepEqual([code, connected], [1, []]);
    assert.match(errors, /^error: cannot read cluster file <stdin>/);
  });
});

describe('vent provision', () => {
  it('prints each machine as it is made', async () => {
    const { code, output } = await run('provision workers', {
      answers: {
        async *Provision({ pool }) {
          yield { machine: `${pool}-1`, message: 'created as device d7' };
          yield { message: 'every pool has its machines' };
        },
      },
    });
    assert.deepEqual([code, output], [0, 'node/workers-1 created as device d7\nevery pool has its machines\n']);
  });

  it('goes on after a failure, and ends with 1', async () => {
    const { code, output, errors } = await run('provision', {
      answers: {
        async *Provision() {
          yield { machine: 'a-1', message: 'no capacity', failed: true };
          yield { machine: 'a-2', message: 'created as device d8' };
        },
      },
    });
    assert.deepEqual([code, output], [1, 'node/a-2 created as device d8\n']);
    assert.match(
      errors,
      /^node\/a-1 no capacity\nerror: cannot provision every machine: the reasons stand above\nhint: /,
    );
  });

  it('tells its progress as JSON when asked', async () => {
    const { output, errors } = await run('provision --progress json', {
      answers: {
        async *Provision() {
          yield { machine: 'a-1', message: 'created as device d8' };
        },
      },
    });
    const wanted = { machine: 'a-1', message: 'created as device d8', failed: false, elapsedMilliseconds: 0 };
    assert.deepEqual([output, JSON.parse(errors)], ['', wanted]);
  });

  it('counts what is missing without making it', async () => {
    const answers = { ...listMachines, GetCluster: () => ({ content }) };
    const { output, operator } = await run('provision --dry-run', { answers });
    assert.equal(
      output,
      `pool/control has 1 of 1 machines, 0 would be created
pool/workers has 1 of 3 machines, 2 would be created
`,
    );
    assert.deepEqual(operator.calls, ['GetCluster', 'ListMachines']);
    const unknown = await run('provision gpu --dry-run', { answers });
    assert.equal(unknown.errors, 'error: cannot find pool gpu: the cluster has control, workers\n');
  });
});

describe('vent deprovision', () => {
  const answers: OperatorAnswers = { ...listMachines, Deprovision: ({ machine }) => ({ machine }) };

  it('asks on a terminal, and takes anything but yes for no', async () => {
    for (const answer of ['', 'n', 'yep', 'workers-1']) {
      const { code, errors, operator, shell } = await run('deprovision workers-1', { answers, answer });
      assert.deepEqual([code, errors, operator.calls], [1, 'nothing was done\n', ['ListMachines']], answer);
      assert.deepEqual(shell.asked, ['Everything on workers-1 will be lost. Deprovision it? [y/N] ']);
    }
    for (const answer of ['y', 'YES ', 'yes'])
      assert.equal((await run('deprovision d2', { answers, answer })).output, 'node/d2 deprovisioned\n');
  });

  it('never asks without a terminal', async () => {
    const { code, errors, connected, shell } = await run('deprovision workers-1', { answers });
    assert.deepEqual([code, connected, shell.asked], [2, [], []]);
    assert.match(errors, /would be lost\nhint: Say --yes/);
    assert.equal((await run('deprovision workers-1 --yes', { answers })).output, 'node/workers-1 deprovisioned\n');
  });

  it('says what it would do', async () => {
    const { output, operator } = await run('deprovision node/workers-1 --dry-run', { answers });
    assert.deepEqual([output, operator.calls], ['node/workers-1 would be deprovisioned\n', ['ListMachines']]);
  });
});

describe('vent token', () => {
  const token = {
    id: 't1',
    pool: 'workers',
    max_uses: 10,
    uses: 3,
    state: 'active',
    created_at: '2026-11-24T11:40:00Z',
    expires_at: '2026-11-24T12:40:00Z',
  };

  it('is made for a pool, and its secret is printed once', async () => {
    const requests: unknown[] = [];
    const answers: OperatorAnswers = {
      CreateToken(request) {
        requests.push(request);
        return { token, secret: 'ab12' };
      },
    };
    const { output } = await run('token create --pool workers --uses 10 --lifetime 1h', { answers });
    assert.equal(output, 'id:      t1\nsecret:  ab12\nexpires: 2026-11-24T12:40:00Z\n');
    const path = await run(['token', 'create', '--pool', 'workers', '-o', 'jsonpath={.secret}'], { answers });
    assert.equal(path.output, 'ab12\n');
    assert.deepEqual(requests[0], { pool: 'workers', device_id: '', max_uses: 10, lifetime_seconds: 3600 });
  });

  it('is refused for what is no number', async () => {
    for (const uses of ['0', '-1', 'many', '1.5', '']) {
      const { code, connected } = await run(['token', 'create', '--pool', 'a', '--uses', uses]);
      assert.deepEqual([code, connected], [2, []], uses);
    }
  });

  it('is only checked in a dry run', async () => {
    const { output, operator } = await run('token create --pool workers --dry-run', {
      answers: { GetCluster: () => ({ content }) },
    });
    assert.equal(output, 'a token for pool workers would be made (uses 1, lifetime 60m)\n');
    assert.deepEqual(operator.calls, ['GetCluster']);
  });

  it('is listed without its secret, and revoked by its id', async () => {
    const answers: OperatorAnswers = { ListTokens: () => ({ tokens: [token] }), RevokeToken: () => ({}) };
    assert.equal(
      (await run('token list', { answers })).output,
      `NAME  STATE   POOL     DEVICE  USES  EXPIRES-IN  AGE
t1    active  workers  <none>  3/10  40m         20m
`,
    );
    assert.equal((await run('token revoke token/t1', { answers })).output, 'token/t1 revoked\n');
    const dry = await run('token revoke t1 --dry-run', { answers });
    assert.deepEqual([dry.output, dry.operator.calls], ['token/t1 would be revoked\n', ['ListTokens']]);
    assert.equal((await run('token revoke t9 --dry-run', { answers })).code, 1);
  });
});

describe('revisions', () => {
  /** By number. */
  const texts: Readonly<Record<string, string>> = { 1: 'a: 1\n', 2: 'a: 1\n', 3: 'a: 2\n' };
  const answers: OperatorAnswers = {
    ListRevisions: () => ({ revisions: ['1', '2', '3'].map((number) => viewOf(number, `change ${number}`)) }),
    GetRevision({ number }) {
      const key = number === '0' ? '3' : number;
      if (texts[key] === undefined) throw new VentError('NOT_FOUND', `cannot find revision ${key}`);
      return { revision: viewOf(key), content: texts[key] };
    },
    Rollback: ({ number }) => ({ revision: '4', changed: number !== '3', cluster_name: 'demo' }),
  };

  it('are listed with author, message and age, and printed by number', async () => {
    const listed = await run('revisions', { answers });
    assert.match(listed.output, /^REVISION {2}AUTHOR {2}MESSAGE {3}AGE\n1 +ada +change 1 +60m$/m);
    assert.equal((await run('revisions 2', { answers })).output, texts[2]);
    assert.equal((await run('revisions 7', { answers })).code, 1);
    assert.equal((await run('revisions seven', { answers })).code, 2);
  });

  it('are compared: exit code 0 without a difference, 1 with one, 6 when it cannot be known', async () => {
    const last = await run('diff', { answers });
    assert.equal(last.code, 1);
    assert.equal(last.output, '--- revision 2\n+++ revision 3\n@@ -1,1 +1,1 @@\n-a: 1\n+a: 2\n');
    assert.deepEqual([(await run('diff 1 2', { answers })).code, (await run('diff 1', { answers })).code], [0, 1]);
    const unknown = await run('diff 7 3', { answers });
    assert.equal(unknown.code, 6);
    assert.match(unknown.errors, /cannot find revision 7/);
    assert.equal((await run('diff 1 x', { answers })).code, 2);
  });

  it('are gone back to, or shown as they would be', async () => {
    assert.equal((await run('rollback 1', { answers })).output, 'cluster/demo stored (revision 4)\n');
    const dry = await run('rollback 1 --dry-run', { answers });
    assert.match(dry.output, /^-a: 2\n\+a: 1\ncluster\/demo would be stored \(revision 4\)$/m);
  });
});

describe('vent edit', () => {
  const valid = content.replace('count: 3', 'count: 1');
  async function edit(...edits: readonly string[]) {
    const requests: { readonly content: string; readonly expected_revision: string }[] = [];
    const ran = await run('edit', {
      answer: '',
      edits,
      answers: {
        GetRevision: () => ({ revision: viewOf('3'), content }),
        Apply(request) {
          requests.push(request);
          return { revision: '4', changed: true, cluster_name: 'demo' };
        },
      },
    });
    return { ...ran, requests };
  }

  it('applies what is saved, over the revision that was opened and no other', async () => {
    const { output, requests } = await edit(valid);
    assert.equal(output, 'cluster/demo stored (revision 4)\n');
    assert.deepEqual([requests[0]?.content, requests[0]?.expected_revision], [valid, '3']);
  });

  it('opens what is not valid again, with the reasons at its top', async () => {
    const { shell, requests } = await edit(content.replace('kind: Cluster', 'kind: Closter'), valid);
    assert.match(shell.edited[1] ?? '', /^#! cannot read cluster file cluster\.yaml/);
    assert.equal(requests[0]?.content, valid);
  });

  it('applies nothing when nothing was changed, and gives up on a mistake that is left', async () => {
    const same = await edit();
    assert.deepEqual([same.code, same.errors, same.requests], [0, 'nothing was changed\n', []]);
    const broken = await edit('kind: Cluster\n');
    assert.deepEqual([broken.code, broken.requests], [1, []]);
  });

  it('is not for a pipe', async () => {
    assert.equal((await run('edit')).code, 2);
  });
});

describe('vent explain node', () => {
  it('shows each setting with the patch it comes from', async () => {
    const patches =
      '  patches:\n    - { kubelet: { maxPods: 100 } }\n    - { pool: workers, kubelet: { maxPods: 200 } }\n';
    const { output } = await run('explain node workers-1', {
      answers: {
        ...listMachines,
        GetRevision: () => ({ revision: viewOf('3'), content: content.replace(/^spec:\n/m, `spec:\n${patches}`) }),
      },
    });
    assert.match(output, /^SETTING +VALUE +FROM\nkubelet\.maxPods +200 +spec\.patches\[1\] \(pool workers\)$/m);
  });
});
