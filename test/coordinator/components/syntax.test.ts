/** Rendered text, judged by the programs that will read it. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { parse } from 'yaml';
import { COMPONENTS } from '../../../coordinator/components/index.ts';
import type { Resource } from '../../../shared/document.ts';
import { eachMachine } from './shapes.ts';

function run(program: string, args: readonly string[], input = '') {
  const result = spawnSync(program, args, { input, encoding: 'utf8', timeout: 20_000 });
  return {
    status: result.status,
    output: `${result.error?.message ?? ''}${result.stdout ?? ''}${result.stderr ?? ''}`,
  };
}

/** Each text once, with the first machine it was rendered for. */
function distinct<K extends Resource['kind']>(kind: K): ReadonlyMap<string, Extract<Resource, { kind: K }>> {
  const found = new Map<string, Extract<Resource, { kind: K }>>();
  const isKind = (resource: Resource): resource is Extract<Resource, { kind: K }> => resource.kind === kind;
  for (const { shape, self } of eachMachine())
    for (const component of COMPONENTS)
      for (const resource of component.render(shape.spec, self, shape.machines).filter(isKind))
        found.set(JSON.stringify(resource), resource);
  return found;
}

describe('units', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'vent-units-'));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('are what systemd reads without a complaint', () => {
    const program = join(folder, 'program');
    writeFileSync(program, '#!/bin/sh\n');
    chmodSync(program, 0o755);
    const units = [...distinct('unit').values()];
    assert.ok(units.length > 8);
    for (const batch of Object.values(Object.groupBy(units, ({ name }) => name))) {
      const [unit] = batch ?? [];
      assert.ok(unit);
      // The program and the user are not on this machine; all else is verified as it is.
      const content = unit.content.replace(/\/opt\/vent\/bin\/[a-z-]+/, program).replace(/^User=.*\n/m, '');
      writeFileSync(join(folder, unit.name), content);
    }
    const paths = [...new Set(units.map(({ name }) => join(folder, name)))];
    const { status, output } = run('systemd-analyze', ['verify', '--man=no', '--recursive-errors=no', ...paths]);
    assert.equal(
      output
        .split('\n')
        .filter((line) => line.includes(folder))
        .join('\n'),
      '',
    );
    assert.equal(status, 0, output);
  });

  it('are restarted for ever, and say so where systemd looks', () => {
    for (const { name, content } of distinct('unit').values()) {
      const [unitSection = '', serviceSection = ''] = content.split('[Service]');
      assert.match(unitSection, /^StartLimitIntervalSec=0$/m, name);
      assert.match(serviceSection, /^Restart=always\nRestartSec=1$/m, name);
    }
  });
});

describe('rules', () => {
  it('are what nft accepts', { skip: process.getuid?.() === 0 ? false : 'nft -c needs root' }, () => {
    for (const { content } of distinct('rules').values()) {
      const { status, output } = run('nft', ['-c', '-f', '-'], `table inet vent {\n${content}}\n`);
      assert.equal(status, 0, `${output}\n${content}`);
    }
  });
});

describe('files', () => {
  it('that look like YAML or JSON are such', () => {
    for (const { name, content } of distinct('file').values()) {
      if (/\.(yaml|json|conflist)$|kubeconfig$/.test(name)) assert.equal(typeof parse(content), 'object', name);
    }
  });
});
