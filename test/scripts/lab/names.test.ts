import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { nameInstance, nameMachine } from '../../../scripts/lab/names.ts';

const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,19}$/);
const uuid = fc.uuid();

describe('names of a lab', () => {
  it('never begin with the prefix of another lab', () => {
    fc.assert(
      fc.property(word, word, uuid, (one, other, id) => {
        fc.pre(one !== other);
        const names = nameInstance(one);
        for (const name of [names.router, names.coordinator, nameMachine(names, id).name])
          assert.ok(!name.startsWith(nameInstance(other).prefix));
      }),
    );
  });

  it('fit the kernel: a link has at most 15 bytes, a unix socket 107, a machine 64', () => {
    fc.assert(
      fc.property(word, uuid, (instance, id) => {
        const names = nameInstance(instance);
        const machine = nameMachine(names, id);
        assert.ok(machine.routerLink.length <= 15);
        assert.ok(names.socket.length <= 107);
        assert.ok(machine.name.length <= 64);
      }),
    );
  });

  for (const name of ['', 'Main', '1st', 'a.b', 'a/b', '..', 'a'.repeat(21)])
    it(`refuse ${JSON.stringify(name)} as an instance`, () => {
      assert.throws(() => nameInstance(name), { code: 'INVALID_INPUT' });
    });

  for (const id of ['', '..', '../../etc', 'n1', '0123456', '01234567/x'])
    it(`refuse ${JSON.stringify(id)} as a machine's id`, () => {
      assert.throws(() => nameMachine(nameInstance('main'), id), { code: 'INVALID_INPUT' });
    });
});
