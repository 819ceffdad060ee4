import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { OperatorAnswers } from '../../../coordinator/cli/fake-operator.ts';
import { VentError } from '../../../shared/errors.ts';
import { starterSpec } from '../../../shared/spec/starter.ts';
import { run } from './bench.ts';

const OLD = starterSpec().replace(/version: [\d.]+/, 'version: 1.36.3 # the one we know');

/** A coordinator with one revision, and what it is asked. */
function coordinator(asked: string[]): OperatorAnswers {
  return {
    GetRevision: () => ({ revision: { number: '4', file_name: 'cluster.yaml' }, content: OLD }),
    Apply({ content, message, expected_revision: expected, dry_run: isDryRun }) {
      if (content.includes('1.38.0'))
        throw new VentError(
          'CONFLICT',
          'cannot change spec.kubernetes.version from 1.36.3 to 1.38.0: minor versions are not skipped [version-skew]',
        );
      asked.push(`${message} over ${expected}${isDryRun ? ', dry' : ''}`, content);
      return { revision: '5', changed: true, cluster_name: 'demo' };
    },
    Plan: ({ content }) => ({
      hash: '1f6c3a9be0d24785',
      revision: '4',
      machines: [
        {
          machine: 'workers-1',
          resources: [
            { id: 'artifact:kubelet', sentences: [`replace kubelet: ${content.length > 0 ? 'another version' : ''}`] },
          ],
          drain: 'its pods leave it first: kubelet goes from 1.36.3 to 1.37.2',
        },
      ],
      waves: ['control-1', 'control-1', 'control-1', 'workers-1'],
      stages: ['API servers', 'controller managers and schedulers', 'kubelets and the rest', 'kubelets and the rest'],
      irreversible: [
        'Kubernetes 1.36.3 to 1.37.2: a minor version is never taken back, so this cannot be undone [version-skew]',
      ],
    }),
  };
}

describe('vent upgrade', () => {
  it('applies the newest file with the other version, and leaves everything else of it as it was', async () => {
    const asked: string[] = [];
    const { output } = await run('upgrade --kubernetes 1.37.2', { answers: coordinator(asked) });
    assert.equal(output, 'cluster/demo stored (revision 5)\n');
    assert.deepEqual(asked, ['upgrade to kubernetes 1.37.2 over 4', OLD.replace('1.36.3', '1.37.2')]);
  });

  it('names programs of their own, also those that the file left at their defaults', async () => {
    const asked: string[] = [];
    await run('upgrade --containerd 2.3.8 --runsc 20261003 -m newer', { answers: coordinator(asked) });
    assert.equal(asked[0], 'newer over 4');
    assert.match(asked[1] ?? '', /^ {2}versions:\n {4}containerd: 2\.3\.8\n {4}runsc: ["']?20261003["']?$/m);
  });

  it('shows the plan, stage by stage, and changes nothing', async () => {
    const asked: string[] = [];
    const { output } = await run('upgrade --kubernetes 1.37.2 --plan', { answers: coordinator(asked) });
    assert.deepEqual(asked, []);
    assert.match(output, /^ {2}! its pods leave it first: kubelet goes from 1\.36\.3 to 1\.37\.2$/m);
    assert.match(output, /^! Kubernetes 1\.36\.3 to 1\.37\.2: a minor version is never taken back/m);
    assert.match(output, /^ {2}1\. API servers: control-1$/m);
    assert.match(output, /^ {2}4\. kubelets and the rest: workers-1$/m);
  });

  it('shows what would change in the file when it runs dry', async () => {
    const { output } = await run('upgrade --kubernetes 1.37.2 --dry-run', { answers: coordinator([]) });
    assert.match(output, /^\+ {4}version: 1\.37\.2/m);
    assert.match(output, /would be stored/);
  });

  it('is refused with the rule, or when it names nothing', async () => {
    const jump = await run('upgrade --kubernetes 1.38.0', { answers: coordinator([]) });
    assert.match(jump.errors, /minor versions are not skipped \[version-skew\]/);
    assert.notEqual(jump.code, 0);
    assert.match((await run('upgrade', { answers: coordinator([]) })).errors, /no program is named/);
  });
});
