import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { AgentEvent } from '../../agent/events.ts';
import { createReporter } from '../../agent/report.ts';
import { VentError } from '../../shared/errors.ts';
import { createFakeClock } from '../../shared/fake-clock.ts';
import type { ConditionType, NodeReport } from '../../shared/report.ts';

const FILE = { id: 'file:/etc/x', component: 'a' };
const CERTIFICATE = { id: 'certificate:kubelet', component: 'a' };
const ACCEPTED: AgentEvent = { type: 'document-accepted', generation: 3, digest: 'd3', resources: [FILE, CERTIFICATE] };
const away = new VentError('UNAVAILABLE', 'cannot fetch: the coordinator cannot be reached');
const converged = (of: typeof FILE, steps = 0): AgentEvent => ({ type: 'resource-converged', ...of, steps });
const started = (sentence: string, isWait = false): AgentEvent => ({ type: 'step-started', ...FILE, sentence, isWait });
const ended = (result: 'converged' | 'incomplete'): AgentEvent => ({ type: 'pass-ended', generation: 3, result });
const PASS: AgentEvent = { type: 'pass-started', generation: 3 };

function createBench() {
  const clock = createFakeClock();
  const reports: NodeReport[] = [];
  const stop = new AbortController();
  const emit = createReporter({ clock, publish: (report) => reports.push(report), signal: stop.signal });
  return {
    clock,
    reports,
    stop,
    emit,
    /** The newest report once these events were gathered. */
    async after(...events: readonly AgentEvent[]): Promise<NodeReport> {
      events.forEach(emit);
      await clock.advance(300);
      const report = reports.at(-1);
      assert.ok(report !== undefined);
      return report;
    },
  };
}

function conditionOf(report: NodeReport, type: ConditionType): string {
  const found = report.conditions.find((condition) => condition.type === type);
  return `${found?.status} ${found?.reason} ${found?.message}`.trim();
}

describe('what the reporter tells of generations', () => {
  it('says that a converged one waits to be confirmed, until it is committed', async () => {
    const bench = createBench();
    const waiting = await bench.after(
      ...[ACCEPTED, PASS, converged(FILE), converged(CERTIFICATE), ended('converged')],
      { type: 'confirmation-awaited', generation: 3 },
    );
    assert.match(conditionOf(waiting, 'Converged'), /^False ConfirmationAwaited/);
    assert.equal(waiting.committedGeneration, 0);
    const committed = await bench.after({ type: 'generation-committed', generation: 3 });
    assert.equal(conditionOf(committed, 'Converged'), 'True Converged');
    assert.equal(committed.committedGeneration, 3);
  });

  it('says why the newest was taken back, until a newer one comes', async () => {
    const bench = createBench();
    const reason = 'containerd.service is failed';
    const back = await bench.after(ACCEPTED, { type: 'generation-taken-back', generation: 4, reason });
    assert.deepEqual(back.quarantine, { generation: 4, reason });
    assert.equal(conditionOf(back, 'Converged'), `False GenerationTakenBack generation 4 was taken back: ${reason}`);
    const next = await bench.after({ ...ACCEPTED, generation: 5 } as AgentEvent);
    assert.equal(next.quarantine, undefined);
  });
});

describe('the reporter', () => {
  it('gathers many events into one report', async () => {
    const bench = createBench();
    await bench.after(
      ACCEPTED,
      PASS,
      started('write /etc/x'),
      converged(FILE, 1),
      converged(CERTIFICATE),
      ended('converged'),
    );
    assert.equal(bench.reports.length, 1);
    const [report] = bench.reports;
    assert.deepEqual(
      {
        generation: report?.generation,
        digest: report?.documentDigest,
        converged: report?.converged,
        count: report?.convergedCount,
      },
      { generation: 3, digest: 'd3', converged: true, count: 2 },
    );
    assert.deepEqual(report?.resources, []);
  });

  it('says why it does not take a document, and keeps what it said of the one before', async () => {
    const bench = createBench();
    await bench.after(ACCEPTED, PASS, converged(FILE), converged(CERTIFICATE), ended('converged'));
    const error = new VentError('DISK_FULL', 'cannot write /var/lib/vent/document: no space left');
    const refused = await bench.after({ type: 'document-refused', error });
    assert.equal(
      conditionOf(refused, 'Converged'),
      'False DocumentRefused cannot write /var/lib/vent/document: no space left',
    );
    assert.deepEqual([refused.generation, refused.converged], [3, true]);
    const taken = await bench.after({ ...ACCEPTED, generation: 4, digest: 'd4' });
    assert.match(conditionOf(taken, 'Converged'), /^False Converging/);
  });

  it('says nothing when nothing changed', async () => {
    const bench = createBench();
    await bench.after(ACCEPTED, PASS, converged(FILE), converged(CERTIFICATE), ended('converged'));
    await bench.after(PASS, { type: 'resource-waiting', ...FILE, on: 'x:y' }, converged(FILE), ended('converged'));
    assert.equal(bench.reports.length, 1);
  });

  it('names what each open resource does, waits for or fails at', async () => {
    const bench = createBench();
    const waits = await bench.after(ACCEPTED, PASS, started('wait until the API answers', true));
    assert.deepEqual(
      waits.resources.map(({ state, message }) => [state, message]),
      [
        ['waiting', 'wait until the API answers'],
        ['planned', ''],
      ],
    );
    assert.equal(conditionOf(waits, 'Converged'), 'False Converging wait until the API answers');
    const failed = await bench.after(
      { type: 'resource-failed', ...FILE, error: away },
      { type: 'resource-blocked', ...CERTIFICATE, by: FILE.id },
      ended('incomplete'),
    );
    assert.deepEqual(
      failed.resources.map(({ state }) => state),
      ['failed', 'blocked'],
    );
    assert.equal(failed.resources[1]?.message, 'blocked by file:/etc/x');
    assert.equal(conditionOf(failed, 'Converged'), `False ResourceFailed ${away.message}`);
  });

  it('shows repairs of a converged machine as drift until the next pass finds none', async () => {
    const bench = createBench();
    const first = await bench.after(ACCEPTED, PASS, started('write /etc/x'), converged(FILE, 1), ended('converged'));
    assert.equal(conditionOf(first, 'Drift'), 'False NoDrift', 'making it the first time is no drift');
    const repaired = await bench.after(
      PASS,
      started('write /etc/x: content differs'),
      converged(FILE, 1),
      ended('converged'),
    );
    assert.equal(conditionOf(repaired, 'Drift'), 'True DriftRepaired write /etc/x: content differs');
    const clean = await bench.after(PASS, converged(FILE), ended('converged'));
    assert.equal(conditionOf(clean, 'Drift'), 'False NoDrift');
  });

  it('tells a renewal that is overdue from a certificate that is missing', async () => {
    const bench = createBench();
    const deferral: AgentEvent = { type: 'step-deferred', ...CERTIFICATE, sentence: 'obtain', error: away };
    const overdue = await bench.after(ACCEPTED, PASS, deferral, converged(CERTIFICATE, 1), ended('converged'));
    assert.equal(conditionOf(overdue, 'CertificatesFresh'), `False RenewalOverdue ${away.message}`);
    const renewed = await bench.after(PASS, converged(CERTIFICATE), ended('converged'));
    assert.equal(conditionOf(renewed, 'CertificatesFresh'), 'True Fresh');
    const missing = await bench.after(
      PASS,
      { type: 'resource-failed', ...CERTIFICATE, error: away },
      ended('incomplete'),
    );
    assert.equal(conditionOf(missing, 'CertificatesFresh'), `False CertificateMissing ${away.message}`);
  });

  it('tells units that start from units that failed', async () => {
    const bench = createBench();
    const observe = (active: 'activating' | 'failed'): AgentEvent => ({
      type: 'units-observed',
      unhealthy: [{ name: 'etcd.service', active, sub: 'x', result: 'success' }],
    });
    assert.equal(conditionOf(await bench.after(ACCEPTED), 'UnitsHealthy'), 'Unknown NotObserved');
    const starting = await bench.after(observe('activating'));
    assert.equal(conditionOf(starting, 'UnitsHealthy'), 'False UnitsStarting etcd.service is activating (x)');
    assert.match(conditionOf(await bench.after(observe('failed')), 'UnitsHealthy'), /^False UnitsFailed/);
    const healthy = await bench.after({ type: 'units-observed', unhealthy: [] });
    assert.equal(conditionOf(healthy, 'UnitsHealthy'), 'True AllActive');
  });

  it('says that a reboot is required, and by which packages', async () => {
    const bench = createBench();
    const observe = (packages: readonly string[] | undefined): AgentEvent => ({ type: 'reboot-observed', packages });
    assert.equal(conditionOf(await bench.after(ACCEPTED), 'RebootRequired'), 'False NoRebootRequired');
    const named = await bench.after(observe(['libc6', 'linux-image-6.1.0-40-amd64']));
    const words = 'reboot required by libc6; linux-image-6.1.0-40-amd64';
    assert.equal(conditionOf(named, 'RebootRequired'), `True SystemUpdated ${words}`);
    assert.equal(conditionOf(await bench.after(observe([])), 'RebootRequired'), 'True SystemUpdated reboot required');
    assert.equal(conditionOf(await bench.after(observe(undefined)), 'RebootRequired'), 'False NoRebootRequired');
  });

  it('moves the time of a transition only when the status changes', async () => {
    const bench = createBench();
    const time = (report: NodeReport) => report.conditions.find(({ type }) => type === 'Converged')?.lastTransitionTime;
    const first = await bench.after(ACCEPTED);
    await bench.clock.advance(60_000);
    const failed = await bench.after({ type: 'resource-failed', ...FILE, error: away });
    assert.equal(time(failed), time(first));
    const done = await bench.after(PASS, converged(FILE), ended('converged'));
    assert.notEqual(time(done), time(first));
  });

  it('says nothing after it was stopped', async () => {
    const bench = createBench();
    bench.emit(ACCEPTED);
    bench.stop.abort();
    await bench.clock.advance(1000);
    bench.emit(PASS);
    await bench.clock.advance(1000);
    assert.deepEqual(bench.reports, []);
  });
});
