import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseDocument } from 'yaml';
import { mountsBelow } from '../../../scripts/lab/instance.ts';
import {
  hashRecipe,
  parseSources,
  renderSources,
  selectAptSettings,
  treesDirectory,
} from '../../../scripts/lab/tree.ts';
import { FILES, LINKS } from '../../../scripts/lab/tree-recipe.ts';

describe('the tree', () => {
  it('lies in the cache directory that the user has chosen', () => {
    assert.equal(treesDirectory({ XDG_CACHE_HOME: '/cache' }, '/home/u'), '/cache/vent/trees');
    assert.equal(treesDirectory({}, '/home/u'), '/home/u/.cache/vent/trees');
  });

  it('has a name that stays while its recipe does', () => {
    assert.match(hashRecipe(), /^[0-9a-f]{12}$/);
    assert.equal(hashRecipe(), hashRecipe());
  });

  it('is fetched from the mirror that the computer uses, when that has its release', () => {
    const text = 'http://m/debian/ bookworm main\nhttp://m/debian/ bookworm-updates main\nhttp://u/ubuntu noble main\n';
    const sources = parseSources(text);
    assert.equal(
      renderSources(sources),
      'deb http://m/debian/ bookworm main\ndeb http://m/debian/ bookworm-updates main\n',
    );
    assert.deepEqual(parseSources(''), []);
  });

  it('is fetched with the computer’s proxies, certificates and checks, and nothing else of its apt', () => {
    const dump = [
      'Acquire::http::Proxy "http://proxy:3128";',
      'Acquire::https::CAInfo "/etc/ssl/own.pem";',
      'Acquire::Check-Valid-Until "false";',
      'Acquire::IndexTargets::deb::DEP-11 "";',
      'DPkg::Post-Invoke:: "rm -rf /";',
    ];
    assert.equal(selectAptSettings(dump.join('\n')), `${dump.slice(0, 3).join('\n')}\n`);
  });

  it('holds nothing twice', () => {
    const paths = [...FILES, ...LINKS].map((entry) => entry.path);
    assert.equal(new Set(paths).size, paths.length);
  });
});

describe('cloud-init', () => {
  const config = parseDocument(FILES.find((file) => file.path === 'etc/cloud/cloud.cfg')?.text ?? '').toJS();

  it('reads only Packet’s metadata, and leaves the network to ifupdown', () => {
    assert.deepEqual(config.datasource_list, ['Ec2']);
    assert.deepEqual(config.datasource.Ec2.metadata_urls, ['http://192.80.8.124']);
    assert.equal(config.datasource.Ec2.strict_id, false);
    assert.deepEqual(config.network, { config: 'disabled' });
  });

  it('phones home before it runs the user’s script', () => {
    const order: readonly string[] = config.cloud_final_modules;
    assert.ok(order.indexOf('phone-home') < order.indexOf('scripts-user'));
  });
});

describe('mounts below a directory', () => {
  const line = (path: string): string => `36 35 98:0 / ${path} rw,noatime shared:1 - ext4 /dev/root rw`;

  it('come deepest first, without those of directories with a longer name', () => {
    const text = ['/', '/lab/main', '/lab/main/a\\040b', '/lab/main2', '/lab'].map(line).join('\n');
    assert.deepEqual(mountsBelow('/lab/main', text), ['/lab/main/a b', '/lab/main']);
  });
});
