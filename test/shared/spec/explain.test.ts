import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { explainField, type Field, jsonSchema } from '../../../shared/spec/explain.ts';
import { nearest } from '../../../shared/spec/spelling.ts';

/** Every path below one, itself included. */
function pathsBelow(path: string): readonly string[] {
  return [path, ...explainField(path).fields.flatMap(({ name }) => pathsBelow(`${path}.${name}`))];
}

describe('explainField', () => {
  it('tells type, default, choices and meaning', () => {
    const { type, default: value, isRequired, description } = explainField('cluster.spec.network.flannel.attach');
    assert.deepEqual([type, value, isRequired], ['macvlan | address', '"macvlan"', false]);
    assert.match(description, /second MAC/);
  });

  it('lists the fields of an object, and of the objects in a list', () => {
    const names = (fields: readonly Field[]) => fields.map(({ name }) => name);
    assert.deepEqual(names(explainField('cluster').fields), ['apiVersion', 'kind', 'metadata', 'spec']);
    assert.ok(names(explainField('cluster.spec.pools').fields).includes('taints'));
    assert.equal(explainField('cluster.spec.pools.taints.effect').isRequired, true);
  });

  it('has a sentence for every field there is', () => {
    const paths = pathsBelow('cluster');
    assert.ok(paths.length > 40);
    for (const path of paths) assert.notEqual(explainField(path).description, '', path);
  });

  it('suggests the nearest field for one that is not there', () => {
    assert.throws(() => explainField('cluster.spec.pool'), { code: 'NOT_FOUND', hint: 'Did you mean pools?' });
    assert.throws(() => explainField('cluster.spec.kubernetes.version.major'), { code: 'NOT_FOUND', hint: /none/ });
    assert.throws(() => explainField(''), { code: 'NOT_FOUND' });
  });
});

describe('jsonSchema', () => {
  it('lets what has a default be left out, and nothing unknown in', () => {
    const schema = jsonSchema();
    assert.deepEqual(schema.required, ['apiVersion', 'kind', 'metadata', 'spec']);
    assert.equal(schema.additionalProperties, false);
    const { spec } = schema.properties ?? {};
    assert.ok(typeof spec === 'object');
    assert.deepEqual(spec.required, ['kubernetes', 'provider', 'pools']);
  });
});

describe('nearest', () => {
  for (const [word, expected] of [
    ['cuont', 'count'],
    ['Count', 'count'],
    ['lables', 'labels'],
    ['role', 'roles'],
    ['bananas', undefined],
  ] as const)
    it(`takes ${word} for ${expected ?? 'nothing'}`, () => {
      assert.equal(nearest(word, ['count', 'labels', 'roles', 'name']), expected);
    });
});
