import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parseDocument } from 'yaml';
import { VentError } from '../../../shared/errors.ts';
import { loadSpec, normaliseSpec } from '../../../shared/spec/load.ts';
import { starterSpec } from '../../../shared/spec/starter.ts';

/** Lines of the refusal, without its first. */
function problemsOf(text: string): readonly string[] {
  try {
    loadSpec(text, 'cluster.yaml');
  } catch (thrown) {
    assert.ok(thrown instanceof VentError && thrown.code === 'INVALID_SPEC', String(thrown));
    return thrown.message.split('\n').slice(1);
  }
  return [];
}

/** `line:column` of the first occurrence of `part`. */
function placeOf(text: string, part: string): string {
  const before = text.slice(0, text.indexOf(part)).split('\n');
  return `${before.length}:${(before.at(-1)?.length ?? 0) + 1}`;
}

describe('loadSpec', () => {
  it('accepts the file that vent init writes', () => {
    const file = loadSpec(starterSpec(), 'cluster.yaml');
    assert.equal(file.metadata.name, 'demo');
    assert.equal(file.spec.versions.etcd, '3.7.3');
    assert.equal(normaliseSpec(file).name, 'demo');
  });

  it('accepts the same as JSON', () => {
    const value: unknown = parseDocument(starterSpec()).toJS();
    assert.deepEqual(loadSpec(JSON.stringify(value), 'x'), loadSpec(starterSpec(), 'x'));
  });

  it('tells every problem with its line and column, in their order', () => {
    const text = starterSpec().replace('count: 3', 'count: many').replace('version: 1.37.2', 'version: new');
    assert.deepEqual(problemsOf(text), [
      `cluster.yaml:${placeOf(text, 'version: new')}: spec.kubernetes.version: a version like 1.37.2`,
      `cluster.yaml:${placeOf(text, 'count: many')}: spec.pools[1].count: expected number, received string`,
    ]);
  });

  it('suggests the nearest key for one it does not know', () => {
    const text = starterSpec().replace('labels: {}', 'lables: {}');
    assert.deepEqual(problemsOf(text), [
      `cluster.yaml:${placeOf(text, 'lables')}: spec.pools[1]: unknown key "lables", did you mean "labels"?`,
    ]);
  });

  it('suggests nothing for a key that is near none', () => {
    assert.match(problemsOf(`${starterSpec()}\nbananas: 1\n`).join(), /unknown key "bananas"$/);
  });

  it('says what is missing at the place where it belongs', () => {
    const text = starterSpec().replace('      facility: ewr1\n', '');
    const place = placeOf(text, 'packet:');
    assert.deepEqual(problemsOf(text), [`cluster.yaml:${place}: spec.provider.packet.facility: is missing`]);
  });

  it('takes gates that have one way of being asked, and each a name of its own', () => {
    const withGates = (gates: string): string =>
      starterSpec().replace(/^spec:\n/m, `spec:\n  rollout: { gates: [${gates}] }\n`);
    const [http, command] = ['http: { url: "https://example.org" }', 'command: [./smoke.sh]'];
    assert.deepEqual(problemsOf(withGates(`{ name: a, ${http} }, { name: b, ${command}, timeout: 2m }`)), []);
    for (const gate of ['{ name: a }', `{ name: a, ${http}, ${command} }`])
      assert.match(problemsOf(withGates(gate)).join(), /exactly one of http and command/);
    assert.match(problemsOf(withGates(`{ name: a, ${http} }, { name: a, ${command} }`)).join(), /a name of its own/);
    assert.equal(problemsOf(withGates('{ name: a, command: [] }')).length, 1);
  });

  it('tells all errors of YAML itself, and no others', () => {
    const text = `a: 1\na: 2\nb: [\n`;
    const problems = problemsOf(text);
    assert.match(problems[0] ?? '', /^cluster\.yaml:2:1: Map keys must be unique/);
    assert.ok(problems.length >= 2);
    assert.doesNotMatch(problems.join(), /is missing/);
  });

  it('finds the place through an alias', () => {
    const text = starterSpec()
      .replace('machine: { plan: c2.medium.x86, os: debian_12 }', 'machine: &m { plan: c2.medium.x86, oss: debian_12 }')
      .replace(/machine:\n(.*\n){3}/, 'machine: *m\n');
    assert.equal(problemsOf(text)[0]?.split(' ')[0], `cluster.yaml:${placeOf(text, 'oss:')}:`);
  });

  it('refuses a second document where it begins', () => {
    const line = starterSpec().split('\n').length;
    assert.deepEqual(problemsOf(`${starterSpec()}---\n${starterSpec()}`), [
      `cluster.yaml:${line}:1: a second document begins here, and a cluster file has one`,
    ]);
  });

  it('refuses a file that would grow without end', () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]']
      .concat(
        Array.from({ length: 9 }, (_, i) => `b${i}: &b${i} [${Array(10).fill(`*${i === 0 ? 'a' : `b${i - 1}`}`)}]`),
      )
      .join('\n');
    assert.match(problemsOf(bomb).join(), /not readable as YAML/);
    assert.match(problemsOf('#'.repeat((1 << 20) + 1)).join(), /longer than/);
  });

  it('gives a value or INVALID_SPEC for any text, and never another error', () => {
    const word = fc.constantFrom(
      'spec',
      'pools',
      ':',
      ' ',
      '\n',
      '  ',
      '- ',
      '[',
      ']',
      '{',
      '}',
      '&a',
      '*a',
      '"',
      '1',
      '!!x',
      '|',
      '%',
      '\0',
    );
    const soup = fc.array(word, { maxLength: 60 }).map((words) => words.join(''));
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), soup), (text) => {
        problemsOf(text);
      }),
      { numRuns: 200 },
    );
  });

  it('gives a value or INVALID_SPEC for any damage to a good file', () => {
    const good = starterSpec();
    const damage = fc.tuple(fc.nat(good.length), fc.nat(12), fc.string({ maxLength: 6 }));
    fc.assert(
      fc.property(damage, ([at, length, insert]) => {
        for (const line of problemsOf(good.slice(0, at) + insert + good.slice(at + length)))
          assert.match(line, /^cluster\.yaml:\d+:\d+: |^and \d+ more|^\s*$|^ /);
      }),
      { numRuns: 100 },
    );
  });

  it('takes any JSON for what it is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        assert.notDeepEqual(problemsOf(JSON.stringify(value)), []);
      }),
      { numRuns: 200 },
    );
  });
});
