import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { compareDone, comparePlans, type Foreseen, foreseenOf } from '../../../coordinator/plan/compare.ts';
import type { Done } from '../../../shared/report.ts';

const FORM = 1;
const NOBODY: ReadonlySet<string> = new Set();

type Change = readonly [id: string, change: string];

function foresee(
  required: readonly Change[],
  optional: readonly Change[] = [],
  more: Partial<Foreseen> = {},
): Foreseen {
  const toChanges = (changes: readonly Change[], isRequired: boolean) =>
    changes.map(([id, change]) => ({ id, component: 'a', change, isRequired }));
  const changes = [...toChanges(required, true), ...toChanges(optional, false)];
  return { form: FORM, wasWell: true, changes, unknown: [], ...more };
}

function finish(changes: readonly Change[], more: Partial<Done> = {}): Done {
  const told = changes.map(([id, change]) => ({ id, component: 'a', change, sentence: `${change}: because` }));
  return { generation: 2, form: FORM, changes: told, isCut: false, hasRebooted: false, ...more };
}

const FILE: Change = ['file:/etc/x', 'write /etc/x (0644 root:root)'];
const RUN: Change = ['unit:x.service', 'run x.service'];
const SYSCTL: Change = ['sysctl:vent', 'set net.a to 1'];

const someChanges = fc.uniqueArray(
  fc.tuple(fc.constantFrom('file:/a', 'unit:b', 'sysctl:vent'), fc.constantFrom('write', 'run', 'set', 'remove')),
  { selector: (change) => change.join(' ') },
);

describe('what was done', () => {
  it('is as planned in any order, and however often something was tried', () => {
    fc.assert(
      fc.property(someChanges, someChanges, fc.boolean(), (required, optional, takesAll) => {
        const done = [...required, ...(takesAll ? optional : []), ...required].toReversed();
        assert.deepEqual(compareDone(foresee(required, optional), finish(done), NOBODY), []);
      }),
    );
  });

  it('differs by each change that was not planned', () => {
    fc.assert(
      fc.property(someChanges, someChanges, (planned, done) => {
        const key = (change: Change): string => change.join(' ');
        const extra = done.filter((one) => !planned.some((other) => key(other) === key(one)));
        const told = compareDone(foresee([], planned), finish(done), NOBODY) ?? [];
        assert.deepEqual(
          told,
          extra.map(([id, change]) => `done, not planned: ${id}: ${change}: because`),
        );
      }),
    );
  });

  it('differs by each change that was planned and is not done', () => {
    assert.deepEqual(compareDone(foresee([FILE, SYSCTL], [RUN]), finish([FILE]), NOBODY), [
      'planned, not done: sysctl:vent: set net.a to 1',
    ]);
  });

  it('may lack what a boot, a repair or an earlier document has done instead', () => {
    const planned = foresee([FILE, SYSCTL]);
    assert.deepEqual(compareDone(planned, finish([FILE], { hasRebooted: true }), NOBODY), []);
    assert.deepEqual(compareDone(planned, finish([FILE], { isCut: true }), NOBODY), []);
    assert.deepEqual(compareDone(planned, finish([FILE]), new Set(['sysctl:vent'])), []);
    assert.deepEqual(compareDone({ ...planned, wasWell: false }, finish([FILE]), NOBODY), []);
  });

  it('is never excused for doing more', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.boolean(), fc.boolean(), (isCut, hasRebooted, wasWell) => {
        const told = compareDone(
          foresee([FILE], [], { wasWell }),
          finish([FILE, SYSCTL], { isCut, hasRebooted }),
          new Set(['sysctl:vent']),
        );
        assert.deepEqual(told, ['done, not planned: sysctl:vent: set net.a to 1: because']);
      }),
    );
  });

  it('is not held against a resource that could not be planned', () => {
    assert.deepEqual(compareDone(foresee([], [], { unknown: ['sysctl:vent'] }), finish([SYSCTL]), NOBODY), []);
  });

  it('is not compared with words of another form, or of an agent that says none', () => {
    assert.equal(compareDone(foresee([FILE], [], { form: 2 }), finish([]), NOBODY), undefined);
    assert.equal(compareDone(foresee([FILE], [], { form: 0 }), finish([], { form: 0 }), NOBODY), undefined);
  });

  it('is told with a limit', () => {
    const many = Array.from({ length: 30 }, (_, index): Change => [`file:/etc/${index}`, 'write']);
    const told = compareDone(foresee([]), finish(many), NOBODY) ?? [];
    assert.deepEqual([told.length, told.at(-1)], [21, 'and 10 more']);
  });
});

describe('a plan that was read', () => {
  const everything = (): boolean => true;

  it('is the plan of now whatever may be done or not beside it', () => {
    fc.assert(
      fc.property(someChanges, someChanges, someChanges, (required, before, after) => {
        assert.deepEqual(comparePlans(foresee(required, before), foresee(required, after), everything), []);
      }),
    );
  });

  it('differs from the plan of now by what one of them requires and the other has not', () => {
    fc.assert(
      fc.property(someChanges, someChanges, (before, after) => {
        const keys = (changes: readonly Change[]) => changes.map(([id, change]) => `${id}: ${change}`);
        const without = (some: readonly Change[], others: readonly Change[]) =>
          keys(some).filter((key) => !keys(others).includes(key));
        const told = comparePlans(foresee(before), foresee(after), everything) ?? [];
        assert.deepEqual(
          new Set(told),
          new Set([
            ...without(after, before).map((text) => `not in the plan: ${text}`),
            ...without(before, after).map((text) => `no longer to be done: ${text}`),
          ]),
        );
      }),
    );
  });

  it('is compared in what is taken up now, and in what could be planned both times', () => {
    assert.deepEqual(
      comparePlans(foresee([FILE]), foresee([]), () => false),
      [],
    );
    const [id] = FILE;
    assert.deepEqual(comparePlans(foresee([FILE]), foresee([], [], { unknown: [id] }), everything), []);
    assert.deepEqual(comparePlans(foresee([], [], { unknown: [id] }), foresee([FILE]), everything), []);
  });

  it('is not compared where its machine could not be asked', () => {
    assert.equal(comparePlans(foresee([], [], { form: 0 }), foresee([FILE]), everything), undefined);
  });
});

describe('what a machine says it would do', () => {
  it('is read off its plan', () => {
    const resource = {
      id: 'file:/etc/x',
      component: 'a',
      sentences: ['write /etc/x: missing'],
      left: [],
      is_removal: false,
    };
    const changes = [{ change: 'write /etc/x', is_required: true }];
    const odd = { ...resource, id: 'unit:y', changes: [], error: 'cannot look' };
    const result = { id: '', error: '', form: FORM, resources: [{ ...resource, changes, error: '' }, odd] };
    assert.deepEqual(foreseenOf(result, true), {
      form: FORM,
      wasWell: true,
      changes: [{ id: 'file:/etc/x', component: 'a', change: 'write /etc/x', isRequired: true }],
      unknown: ['unit:y'],
    });
  });
});
