import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Claim, claimKeyOf } from '../../../agent/ledger.ts';
import { findUnwanted } from '../../../agent/reconcile/removal.ts';
import { idOf, type Resource } from '../../../shared/document.ts';
import { makeDocument } from '../machine.ts';

const file = (name: string): Resource => ({ kind: 'file', name, content: '', mode: '0644', owner: 'root:root' });
const residue = (name: string): Resource => ({ kind: 'residue', name });
const claim = (component: string, resource: Resource): Claim => ({ key: claimKeyOf(resource), component, resource });

const CLAIMS = [
  claim('a', file('/etc/vent/a1')),
  claim('b', residue('b')),
  claim('b', file('/etc/vent/b1')),
  claim('b', file('/etc/vent/b2')),
  claim('a', file('/etc/vent/a2')),
  claim('a', residue('a')),
];

const ids = (claims: readonly Claim[]): readonly string[] => claims.map(({ resource }) => idOf(resource));

describe('the order of removals', () => {
  it('is newest first, with the residue of a component behind the rest of it', () => {
    assert.deepEqual(ids(findUnwanted(makeDocument({}), CLAIMS, () => true)), [
      'file:/etc/vent/a2',
      'file:/etc/vent/b2',
      'file:/etc/vent/b1',
      'residue:b',
      'file:/etc/vent/a1',
      'residue:a',
    ]);
  });

  it('leaves residue, which is data, while the machine is anything at all', () => {
    const document = makeDocument({ c: [file('/etc/vent/c')] });
    const removed = ids(findUnwanted(document, CLAIMS, () => true));
    assert.equal(
      removed.some((id) => id.startsWith('residue:')),
      false,
    );
  });
});
