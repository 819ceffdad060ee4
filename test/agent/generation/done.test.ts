import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { NodeDocument } from '../../../shared/document.ts';
import { makeDocument, makeFile, makeUnit } from '../machine.ts';
import { makeSampleDocument } from '../sample-document.ts';
import { assertDone, type Bench, createBench, readDone, requiredIn } from './bench.ts';

const CONFIGURATION = '/etc/containerd/config.toml';

function makeProgram(
  text: string,
  generation: number,
  more: readonly ReturnType<typeof makeFile>[] = [],
): NodeDocument {
  const file = makeFile(CONFIGURATION, text, { restarts: ['unit:containerd.service'] });
  return makeDocument({ runtime: [file, ...more, makeUnit('containerd.service')] }, generation);
}

async function converge(bench: Bench, document: NodeDocument): Promise<void> {
  assert.equal(await bench.pass(await bench.start(), document), 'converged');
}

function tell(bench: Bench): readonly string[] {
  return (readDone(bench)?.changes ?? []).map(({ id, sentence }) => `${id}: ${sentence}`);
}

describe('what a generation did', () => {
  it('is told once it is committed, with why', async () => {
    const bench = createBench();
    await converge(bench, makeProgram('one', 1));
    await converge(bench, makeProgram('two', 2));
    assert.deepEqual(tell(bench), [
      `file:${CONFIGURATION}: write ${CONFIGURATION} (0644 root:root): content differs`,
      'unit:containerd.service: write /etc/systemd/system/containerd.service.d/50-vent.conf (0644 root:root): content differs',
      `unit:containerd.service: restart containerd.service: file:${CONFIGURATION} changed`,
    ]);
    assert.deepEqual([readDone(bench)?.generation, readDone(bench)?.hasRebooted], [2, false]);
  });

  it('is what its plan said must be done, of a whole worker', async () => {
    const bench = createBench();
    await converge(bench, makeSampleDocument(bench.machine, '2.3.7', 1));
    const next = makeSampleDocument(bench.machine, '2.3.8', 2);
    const planned = requiredIn(await bench.machine.foresee(next));
    assert.ok(planned.length > 2);
    await converge(bench, next);
    assertDone(bench, planned);
  });

  it('is what its plan said must go', async () => {
    const bench = createBench();
    const more = makeFile('/etc/containerd/more.toml', 'more');
    await converge(bench, makeProgram('one', 1, [more]));
    const next = makeProgram('one', 2);
    const planned = requiredIn(await bench.machine.foresee(next));
    assert.deepEqual(planned, ['file:/etc/containerd/more.toml: remove /etc/containerd/more.toml']);
    await converge(bench, next);
    assertDone(bench, planned);
  });

  it('is told again by an agent that was started anew', async () => {
    const bench = createBench();
    await converge(bench, makeProgram('one', 1));
    await converge(bench, makeProgram('two', 2));
    const before = readDone(bench);
    bench.machine.events.length = 0;
    await bench.start();
    assert.deepEqual(readDone(bench), before);
  });

  it('holds no repair of what was changed by others once it was committed', async () => {
    const bench = createBench();
    await converge(bench, makeProgram('one', 1));
    await converge(bench, makeProgram('two', 2));
    const before = tell(bench);
    bench.machine.host.tree.putFile(CONFIGURATION, 'drifted');
    await converge(bench, makeProgram('two', 2));
    await bench.start();
    assert.deepEqual(tell(bench), before);
  });

  it('holds no start of what had stopped by itself', async () => {
    const bench = createBench();
    await converge(bench, makeProgram('one', 1));
    bench.machine.host.systemd.fail('containerd.service');
    await converge(bench, makeProgram('one', 2, [makeFile('/etc/containerd/more.toml', 'more')]));
    assert.deepEqual(tell(bench), [
      'file:/etc/containerd/more.toml: write /etc/containerd/more.toml (0644 root:root): missing',
    ]);
  });

  it('says so when the machine booted in between', async () => {
    const bench = createBench();
    const { host } = bench.machine;
    await converge(bench, makeProgram('one', 1));
    host.faults.crashAfter(host.writes() + 25);
    await bench.pass(await bench.start(), makeProgram('two', 2)).catch(() => undefined);
    host.faults.revive();
    host.systemd.boot();
    await converge(bench, makeProgram('two', 2));
    assert.equal(readDone(bench)?.hasRebooted, true);
  });

  it('is not known of a generation that another agent did not note', async () => {
    const bench = createBench();
    await converge(bench, makeProgram('one', 1));
    bench.machine.host.tree.nodes.delete('/var/lib/vent/done');
    bench.machine.events.length = 0;
    await bench.start();
    assert.equal(readDone(bench), undefined);
  });
});
