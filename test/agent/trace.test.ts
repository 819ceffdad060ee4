import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createTrace } from '../../agent/trace.ts';
import { VentError } from '../../shared/errors.ts';
import { silentLog } from '../../shared/fake-log.ts';
import type { LogFields, Logger } from '../../shared/log.ts';
import { createTestMachine } from './machine.ts';
import { makeSampleDocument } from './sample-document.ts';

interface Line {
  readonly level: string;
  readonly message: string;
  readonly fields: LogFields | undefined;
}

function record(lines: Line[]): Logger {
  const at =
    (level: string) =>
    (message: string, fields?: LogFields): void =>
      void lines.push({ level, message, fields });
  return { ...silentLog, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

describe('the trace', () => {
  it('logs each step as its sentence', () => {
    const lines: Line[] = [];
    const of = { id: 'file:/etc/x', component: 'a' };
    createTrace(record(lines))({ type: 'step-started', ...of, sentence: 'write /etc/x: missing', isWait: false });
    const fields = { resource: 'file:/etc/x', component: 'a' };
    assert.deepEqual(lines, [{ level: 'info', message: 'write /etc/x: missing', fields }]);
  });

  it('warns of a failure with constant text, its code and its cause', () => {
    const lines: Line[] = [];
    const error = new VentError('DISK_FULL', 'cannot write /etc/x: no space left', { hint: 'Free space.' });
    createTrace(record(lines))({ type: 'resource-failed', id: 'file:/etc/x', component: 'a', error });
    assert.deepEqual(lines[0]?.message, 'a resource failed');
    assert.equal(lines[0]?.fields?.code, 'DISK_FULL');
    assert.equal(lines[0]?.fields?.cause, 'cannot write /etc/x: no space left');
  });

  it('never shows a secret or a key of a whole convergence', async () => {
    const machine = createTestMachine();
    await machine.pass(makeSampleDocument(machine));
    const lines: Line[] = [];
    machine.events.forEach(createTrace(record(lines)));
    assert.ok(lines.length > 40);
    assert.doesNotMatch(JSON.stringify([lines, machine.events]), /canary|PRIVATE KEY/);
    const ledger = new TextDecoder().decode(await machine.host.files.read('/var/lib/vent/ledger.json'));
    assert.doesNotMatch(ledger, /canary|PRIVATE KEY/);
  });
});
