import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Listing, renderAge, renderList } from '../../../coordinator/cli/output.ts';
import { VentError } from '../../../shared/errors.ts';

interface Row {
  readonly name: string;
  readonly state: string;
  readonly tags: readonly string[];
}
const listing: Listing<Row> = {
  kind: 'Thing',
  nameOf: (row) => `thing/${row.name}`,
  objectOf: (row) => row,
  columns: [
    { title: 'NAME', value: (row) => row.name },
    { title: 'TAGS', value: (row) => row.tags.join(','), isWide: true },
    { title: 'STATE', value: (row) => row.state },
  ],
};
const rows: readonly Row[] = [
  { name: 'n10', state: 'ready', tags: ['a'] },
  { name: 'n2', state: '', tags: [] },
];

describe('a listing', () => {
  it('is a table without borders, two spaces between columns', () => {
    assert.equal(renderList(listing, rows, {}), 'NAME  STATE\nn10   ready\nn2    <none>\n');
  });
  it('shows more when wide, and no titles when asked', () => {
    assert.equal(
      renderList(listing, rows, { output: 'wide', headers: false }),
      'n10  a       ready\nn2   <none>  <none>\n',
    );
  });
  it('sorts numbers as numbers', () => {
    assert.equal(renderList(listing, rows, { output: 'name', sortBy: '{.name}' }), 'thing/n2\nthing/n10\n');
  });
  it('is a Kubernetes-like list as JSON', () => {
    assert.deepEqual(JSON.parse(renderList(listing, rows, { output: 'json' })), {
      apiVersion: 'vent/v1alpha1',
      kind: 'ThingList',
      items: rows,
    });
  });
  it('answers JSONPath', () => {
    assert.equal(renderList(listing, rows, { output: 'jsonpath={.items[*].name}{"\\n"}' }), 'n10 n2\n\n');
    assert.equal(renderList(listing, rows, { output: "jsonpath={.items[0]['state']}" }), 'ready\n');
  });
  it('refuses a format that there is not', () => {
    assert.throws(
      () => renderList(listing, rows, { output: 'xml' }),
      (thrown) => thrown instanceof VentError && thrown.code === 'USAGE',
    );
  });
});

describe('an age', () => {
  it('is written as kubectl writes it', () => {
    const ages = [1_000, 119_000, 300_000, 7_500_000, 40_000_000, 200_000_000, -5];
    assert.deepEqual(ages.map(renderAge), ['1s', '119s', '5m', '2h5m', '11h', '2d', '0s']);
  });
});
