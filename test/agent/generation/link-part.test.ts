import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { linkPartOf } from '../../../agent/generation/link-part.ts';
import { listIds, orderDocument } from '../../../agent/reconcile/graph.ts';
import { makeDocument, makeFile, makeUnit } from '../machine.ts';

const document = makeDocument({
  kernel: [makeFile('/etc/sysctl.d/50-vent.conf', 'x'), makeFile('/etc/modules-load.d/vent.conf', 'x')],
  network: [
    makeFile('/etc/vent/rules', 'x', {
      after: ['file:/etc/modules-load.d/vent.conf'],
      restarts: ['unit:flanneld.service'],
    }),
    makeFile('/etc/vent/later', 'x'),
  ],
  flannel: [makeFile('/etc/flannel/config', 'x'), makeUnit('flanneld.service', { after: ['file:/etc/vent/rules'] })],
});

describe("the link part of a machine's first document", () => {
  it('holds what touches the link and all that must come before it, in order', () => {
    const part = linkPartOf(document, ['file:/etc/vent/rules']);
    assert.deepEqual(listIds(part), [
      { id: 'file:/etc/sysctl.d/50-vent.conf', component: 'kernel' },
      { id: 'file:/etc/modules-load.d/vent.conf', component: 'kernel' },
      { id: 'file:/etc/vent/rules', component: 'network' },
    ]);
  });

  it('can be ordered by itself', () => {
    assert.doesNotThrow(() => orderDocument(linkPartOf(document, ['file:/etc/vent/rules'])));
  });

  it('holds every input of a unit that it holds', () => {
    const ids = listIds(linkPartOf(document, ['unit:flanneld.service'])).map(({ id }) => id);
    assert.ok(ids.includes('file:/etc/vent/rules'));
    assert.ok(!ids.includes('file:/etc/vent/later'));
  });
});
