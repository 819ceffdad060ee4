import assert from 'node:assert/strict';
import { access, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { PORTS } from '../../coordinator/serve-options.ts';
import { findStalePages, withScreens } from '../../scripts/docs/pages.ts';
import { VentError } from '../../shared/errors.ts';
import { COMPONENT_UNITS, checkPath, RESIDUE } from '../../shared/paths.ts';
import { loadSpec } from '../../shared/spec/load.ts';
import { ROOT, readPages } from './pages.ts';

async function filesBelow(folder: string): Promise<readonly string[]> {
  const names = await readdir(join(ROOT, folder), { recursive: true });
  return names.filter((name) => name.endsWith('.ts')).map((name) => join(ROOT, folder, name));
}

const pages = await readPages();
const textOf = (path: string): string => pages.find((page) => page.path === path)?.text ?? '';

describe('pages that come from the code', () => {
  it('are as the code would make them', async () => {
    assert.deepEqual(await findStalePages(ROOT), [], 'run npm run gen');
  });

  it('show the screen between its marks, and only there', () => {
    const page = 'a\n<!-- screen docs/screens/start.txt -->\nold\n<!-- end of screen -->\nb\n';
    const screens = new Map([['docs/screens/start.txt', '\nready\n']]);
    const filled = withScreens(page, screens);
    assert.match(filled, /start\.txt -->\n```text\nready\n```\n<!-- end/);
    assert.equal(withScreens(filled, screens), filled);
    assert.doesNotMatch(withScreens(filled, new Map()), /ready/);
  });
});

describe('links', () => {
  it('lead somewhere', async () => {
    for (const page of pages)
      for (const [, target] of page.text.matchAll(/\]\(([^)#:]+)\)/g))
        await access(join(ROOT, dirname(page.path), target ?? '')).catch(() => assert.fail(`${page.path}: ${target}`));
  });

  it('lead from the index to every page', () => {
    for (const { path } of pages.filter((page) => page.path.startsWith('docs/') && page.path !== 'docs/README.md'))
      assert.ok(textOf('docs/README.md').includes(`(${path.slice('docs/'.length)})`), path);
  });
});

describe('the page of ports and paths', () => {
  const page = textOf('docs/reference/ports-and-paths.md');
  const [coordinator = '', machines = ''] = page.split('## Machines');
  const [paths = '', residue = ''] = machines
    .slice(machines.indexOf('## Where an agent may write'))
    .split('## What a reset removes');

  it("has the coordinator's ports", () => {
    const rows = [...coordinator.matchAll(/^\| (\d+) \| (\w+) \|/gm)].map(([, port, name]) => [name, Number(port)]);
    assert.deepEqual(Object.fromEntries(rows), PORTS);
  });

  it('names only paths that an agent may write, or that are its own', () => {
    const named = [...paths.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`(\/[^`]+)`/g)].map((match) => match[1] ?? ''),
    );
    assert.ok(named.length > 15);
    const own = ['/var/lib/vent', '/run/vent'];
    for (const path of named.filter((one) => !own.includes(one)))
      checkPath(
        path.replace(/vent-\*$/, 'vent-x').replace('*', 'x.service'),
        path.startsWith('/var/lib/') ? 'directory' : 'content',
      );
    for (const path of own) assert.throws(() => checkPath(path, 'directory'), VentError);
  });

  it('names what a reset removes beside them, all of it and nothing else', () => {
    const named = [...residue.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`(\/[^`]+)`/g)].map((match) => match[1] ?? ''),
    );
    assert.deepEqual(named.toSorted(), [...RESIDUE].toSorted());
  });

  it('leaves out no tree', () => {
    const trees = [
      '/etc/vent',
      '/opt/vent',
      '/etc/kubernetes',
      '/etc/etcd',
      '/etc/containerd',
      '/etc/cni/net.d',
      '/etc/flannel',
    ];
    for (const tree of trees) assert.ok(paths.includes(`\`${tree}\``), tree);
    assert.ok(COMPONENT_UNITS.some((unit) => paths.includes(unit)));
  });
});

describe('the page of conditions', () => {
  it('has every reason of every condition, those of a choice included', async () => {
    const folders = ['agent', 'coordinator/nodes', 'coordinator/kubernetes', 'coordinator/addons'];
    const names = (await Promise.all(folders.map(filesBelow))).flat();
    const sources = await Promise.all(names.map((name) => readFile(name, 'utf8')));
    const reasons = sources
      .flatMap((text) => [...text.matchAll(/\breason: (?:\w+ \? )?'([A-Z]\w+)'(?: : '([A-Z]\w+)')?/g)])
      .flatMap(([, one, other]) => (other === undefined ? [one ?? ''] : [one ?? '', other]));
    assert.ok(reasons.includes('UnitsFailed'));
    for (const reason of reasons)
      assert.match(
        textOf('docs/reference/conditions.md'),
        new RegExp(`^\\| \`${reason}\` \\| (True|False|Unknown) \\|`, 'm'),
      );
  });
});

describe('cluster files in the tutorial', () => {
  const blocks = [...textOf('docs/tutorial.md').matchAll(/^```yaml\n(spec:[\s\S]*?)^```/gm)].map(
    (match) => match[1] ?? '',
  );
  it('are accepted', () => {
    assert.equal(blocks.length, 2);
    const head = 'apiVersion: vent/v1alpha1\nkind: Cluster\nmetadata: { name: demo }\n';
    for (const block of blocks) loadSpec(`${head}${block}  kubernetes: { version: 1.37.2 }\n`, 'tutorial');
  });
});

describe('decisions', () => {
  it('say context, choice and consequence, in under 40 lines', () => {
    const decisions = pages.filter((page) => /^docs\/decisions\/\d{4}-/.test(page.path));
    assert.ok(decisions.length >= 6);
    for (const { path, text } of decisions) {
      const headings = [...text.matchAll(/^## (.*)$/gm)].map((match) => match[1]);
      assert.deepEqual(headings, ['Context', 'Choice', 'Consequence'], path);
      assert.ok(text.split('\n').length <= 40, path);
      assert.ok(text.startsWith(`# ${/\d{4}/.exec(path)?.[0]} `), path);
    }
  });
});
