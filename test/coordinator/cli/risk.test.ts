import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OperatorAnswers } from '../../../coordinator/cli/fake-operator.ts';
import { VentError } from '../../../shared/errors.ts';
import { starterSpec } from '../../../shared/spec/starter.ts';
import { run } from './bench.ts';

const content = starterSpec();
const revision = { number: '3', author: 'ada', message: '', file_name: 'cluster.yaml', created_at: '' };
const stored = { changed: true, revision: '4', cluster_name: 'demo' };

describe('a risk of a change', () => {
  it('is accepted by name, by every command that begins a roll-out', async () => {
    const accepted: (readonly string[])[] = [];
    const note = ({ accept_risks: risks }: { readonly accept_risks: readonly string[] }) => {
      accepted.push(risks);
      return stored;
    };
    const answers: OperatorAnswers = {
      Apply: note,
      Rollback: note,
      GetRevision: () => ({ revision, content }),
      GetRollout: () => ({ revision: '3', previous_revision: '2' }),
    };
    for (const words of ['apply -f cluster.yaml', 'upgrade --etcd 3.7.4', 'rollback 2', 'rollout undo', 'edit']) {
      const { code, errors } = await run(`${words} --accept-risk=api-downtime`, {
        prepare: (shell) => void shell.files.set('cluster.yaml', content),
        answer: 'yes',
        edits: [`${content}# more\n`],
        answers,
      });
      assert.equal(code, 0, `${words}: ${errors}`);
    }
    assert.deepEqual(
      accepted,
      Array.from({ length: 5 }, () => ['api-downtime']),
    );
    assert.equal((await run('rollback 2 --accept-risk=anything', { answers })).code, 2);
  });

  it('that was not accepted ends a command with 5', async () => {
    const refuse = () => {
      throw new VentError('RISK_REFUSED', 'cannot apply cluster.yaml: it is risky', { hint: 'Say --accept-risk.' });
    };
    const answers: OperatorAnswers = { Rollback: refuse, GetRevision: () => ({ revision, content }) };
    const { code, errors } = await run('rollback 2', { answers });
    assert.deepEqual([code, errors], [5, 'error: cannot apply cluster.yaml: it is risky\nhint: Say --accept-risk.\n']);
  });

  it('is shown by a plan', async () => {
    const machine = {
      machine: 'control-1',
      resources: [{ id: 'unit:etcd.service', sentences: ['restart etcd.service'] }],
    };
    const answers: OperatorAnswers = {
      Plan: () => ({ hash: 'abc', revision: '3', machines: [machine], waves: ['control-1'], risks: ['api-downtime'] }),
    };
    const prepare = (shell: { readonly files: Map<string, string> }) => void shell.files.set('cluster.yaml', content);
    const { output } = await run('plan -f cluster.yaml', { answers, prepare });
    assert.match(
      output,
      /^! applying it needs --accept-risk=api-downtime: the only member of etcd restarts .*\[etcd-one-member\]/m,
    );
  });
});
