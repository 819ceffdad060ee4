/** What commands print is kept in docs/screens, for pages to show; VENT_GOLDEN=write writes it anew. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { OperatorAnswers } from '../../coordinator/cli/fake-operator.ts';
import { run } from '../coordinator/cli/bench.ts';
import { listMachines } from '../coordinator/cli/machines.ts';
import { ROOT } from './pages.ts';

const answers: OperatorAnswers = {
  ...listMachines,
  GetCluster: () => ({ name: 'demo', revision: '4', etcd_formed: true, kubernetes_version: '1.37.2' }),
};

describe('the screens of the documentation', () => {
  for (const [name, command] of [
    ['status', 'status'],
    ['describe', 'describe node workers-1'],
  ] as const)
    it(`show what vent ${command} prints`, async () => {
      const { code, output } = await run(command, { answers });
      assert.equal(code, 0);
      const path = join(ROOT, 'docs/screens', `${name}.txt`);
      if (process.env.VENT_GOLDEN === 'write') await writeFile(path, output);
      assert.equal(output, await readFile(path, 'utf8'));
    });
});
