import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createReporter } from '../../../agent/report.ts';
import type { NodeDocument } from '../../../shared/document.ts';
import type { NodeReport } from '../../../shared/report.ts';
import { makeDocument, makeFile, makeUnit } from '../machine.ts';
import { makeNetworkDocument } from '../sample-document.ts';
import { acceptAs, type Bench, createBench, stateOf } from './bench.ts';

const CONFIGURATION = '/etc/containerd/config.toml';

/** A program with its configuration. */
function makeProgram(text: string, generation: number): NodeDocument {
  return makeDocument(
    {
      runtime: [
        makeFile(CONFIGURATION, text, { restarts: ['unit:containerd.service'] }),
        makeUnit('containerd.service'),
      ],
    },
    generation,
  );
}

async function converge(bench: Bench, document: NodeDocument): Promise<void> {
  const generations = await bench.start();
  assert.equal(await bench.pass(generations, document), 'converged');
}

function read({ machine }: Bench, path: string): string {
  return new TextDecoder().decode(machine.host.tree.nodes.get(path)?.content);
}

/** The types of the journal's records, in order. */
function recordsIn(bench: Bench): readonly string[] {
  return [...bench.readJournal().matchAll(/"type":"([A-Z]+)"/g)].map(([, type = '']) => type);
}

describe('a generation that touches no link', () => {
  it('is committed on its own health, with the coordinator away', async () => {
    const bench = createBench();
    await converge(bench, makeProgram('one', 1));
    bench.isReachable = false;
    await converge(bench, makeProgram('two', 2));
    assert.equal(read(bench, CONFIGURATION), 'two');
    assert.deepEqual(bench.confirmed, []);
    assert.deepEqual(recordsIn(bench), [
      ...['BEGIN', 'STAGED', 'SWITCH', 'KEPT', 'KEPT', 'KEPT', 'RESTARTED', 'HEALTHY', 'COMMIT'],
    ]);
  });

  it('leaves nothing of the way back once it is committed', async () => {
    const bench = createBench();
    await converge(bench, makeProgram('one', 1));
    await converge(bench, makeProgram('two', 2));
    assert.deepEqual(await bench.machine.host.files.list('/opt/vent/rollback'), ['rollback']);
    assert.equal(bench.machine.host.systemd.isActive('vent-rollback.timer'), false);
  });

  it('is taken back when it does not become healthy, and is not tried again', async () => {
    const bench = createBench();
    await converge(bench, makeProgram('one', 1));
    const before = stateOf(bench.machine);
    const { systemd } = bench.machine.host;
    systemd.behave('containerd.service', 'fails');
    const generations = await bench.start();
    await bench.pass(generations, makeProgram('two', 2));
    systemd.behave('containerd.service', 'works');
    systemd.systemctl('restart', 'containerd.service');
    await bench.start();
    assert.deepEqual(stateOf(bench.machine), before);
    const next = await bench.start();
    const quarantine = next.quarantineOf({ epoch: 1, generation: 2 });
    assert.equal(quarantine?.reason, 'containerd.service is failed: containerd.service cannot go on');
    assert.equal(next.quarantineOf({ epoch: 1, generation: 3 }), undefined);
  });

  it('needs no journal to be repaired once it is committed', async () => {
    const bench = createBench();
    await converge(bench, makeProgram('one', 1));
    const journal = bench.readJournal();
    bench.machine.host.tree.putFile(CONFIGURATION, 'drifted');
    await converge(bench, makeProgram('one', 1));
    assert.equal(read(bench, CONFIGURATION), 'one');
    assert.equal(bench.readJournal(), journal);
  });

  it('gives way to a newer one on the way, and the way back leads to before both', async () => {
    const bench = createBench();
    await converge(bench, makeProgram('one', 1));
    const generations = await bench.start();
    bench.machine.host.systemd.behave('containerd.service', 'hangs');
    const aborting = new AbortController();
    const running = generations.pass(acceptAs(makeProgram('two', 2)), aborting.signal);
    await bench.clock.advance(5000);
    aborting.abort();
    await bench.clock.advance(5000);
    assert.equal(await running, 'cancelled');
    assert.match(bench.machine.host.tree.nodes.has('/opt/vent/rollback/undo') ? 'there' : '', /there/);
    assert.match(read(bench, '/opt/vent/rollback/copies/0'), /one/);
    await bench.pass(generations, makeProgram('three', 3));
    assert.equal(read(bench, CONFIGURATION), 'one', 'neither two nor three became healthy');
  });
});

describe('a generation that touches the link', () => {
  it('is committed once the coordinator answers over a new connection', async () => {
    const bench = createBench();
    await converge(bench, makeNetworkDocument(bench.machine, '0.28.7', 1));
    assert.deepEqual(bench.confirmed, [1], "the first document's link part");
    await converge(bench, makeNetworkDocument(bench.machine, '0.28.8', 2));
    assert.deepEqual(bench.confirmed, [1, 2]);
  });

  it('is taken back with address, routes and tables when it does not answer', async () => {
    const bench = createBench();
    await converge(bench, makeNetworkDocument(bench.machine, '0.28.7', 1));
    const before = stateOf(bench.machine);
    bench.isReachable = false;
    const generations = await bench.start();
    const started = bench.clock.now();
    await bench.pass(generations, makeNetworkDocument(bench.machine, '0.28.8', 2));
    assert.ok(bench.clock.now() - started <= 180_000, 'within the timer');
    const next = await bench.start();
    assert.equal(await bench.pass(next, makeNetworkDocument(bench.machine, '0.28.7', 1)), 'converged');
    assert.deepEqual(stateOf(bench.machine), before);
    assert.match(next.quarantineOf({ epoch: 1, generation: 2 })?.reason ?? '', /coordinator did not confirm/);
  });

  it('has no drift to tell of when the first document goes on after its link part', async () => {
    const bench = createBench();
    await converge(bench, makeNetworkDocument(bench.machine, '0.28.7', 1));
    const ended = bench.machine.events.filter((event) => event.type === 'pass-ended').map(({ result }) => result);
    assert.deepEqual(ended, ['incomplete', 'converged'], 'a part is not the whole');
    const reports: NodeReport[] = [];
    const publish = (report: NodeReport): void => void reports.push(report);
    const tell = createReporter({ clock: bench.clock, publish, signal: new AbortController().signal });
    for (const event of bench.machine.events) tell(event);
    await bench.clock.advance(1000);
    assert.deepEqual(reports.at(-1)?.drift, []);
  });

  it('leaves a bare machine bare when the first document cuts it off', async () => {
    const bench = createBench();
    const document = makeNetworkDocument(bench.machine, '0.28.7', 1);
    const linksOf = () => [...bench.machine.host.snapshot()].filter(([key]) => /^(link|route|table) /.test(key));
    const before = linksOf();
    bench.isReachable = false;
    await bench.pass(await bench.start(), document);
    assert.deepEqual(linksOf(), before);
    assert.match(bench.readJournal(), /"type":"ROLLBACK".*did not confirm/);
    bench.isReachable = true;
    const next = await bench.start();
    assert.equal(next.quarantineOf({ epoch: 1, generation: 1 }), undefined, 'there is no other to keep to');
    assert.equal(await bench.pass(next, document), 'converged');
  });
});
