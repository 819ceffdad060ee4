/** /projects/:project/devices/batch, /projects/:project/batches, /batches/:id. */
import { randomUUID } from 'node:crypto';
import type * as z from 'zod';
import type { Context, Route } from './context.ts';
import { removeDevice } from './devices.ts';
import { found, Refusal, refuseUnprocessable } from './http.ts';
import { batchInput, deviceInput, readInput } from './input.ts';
import { stamp } from './journal.ts';
import { orderDevice } from './orders.ts';
import { answerPage } from './pages.ts';
import type { BatchRow } from './records.ts';
import { viewBatch } from './views.ts';

type Entry = z.infer<typeof batchInput>['batches'][number];

export function listBatchRoutes(context: Context): readonly Route[] {
  const { store, project } = context;
  return [
    {
      method: 'POST',
      path: '/projects/:project/devices/batch',
      async answer(request) {
        const { batches } = readInput(batchInput, request.body);
        const bodies = batches.map(listBodies);
        for (const body of bodies.flat()) readInput(deviceInput, body);
        const rows = bodies.map((entry) => beginBatch(context, entry));
        await store.commit();
        const body = { batches: rows.map((row) => viewBatch(row, project)) };
        return { status: 201, body, lost: context.faults.strikes('lost-answer') };
      },
    },
    {
      method: 'GET',
      path: '/projects/:project/batches',
      answer: (request) =>
        answerPage(
          request,
          'batches',
          store.batches.list().map((row) => viewBatch(row, project)),
        ),
    },
    {
      method: 'GET',
      path: '/batches/:id',
      answer: (request) => ({ status: 200, body: viewBatch(found(store.batches.get(request.param('id'))), project) }),
    },
    {
      method: 'DELETE',
      path: '/batches/:id',
      async answer(request) {
        const batch = found(store.batches.get(request.param('id')));
        if (request.query.get('remove_associated_instances') === 'true') {
          for (const device of batch.deviceIds.flatMap((id) => store.devices.get(id) ?? []))
            removeDevice(context, device);
        }
        store.batches.remove(batch.id);
        await store.commit();
        return { status: 204 };
      },
    },
  ];
}

/** A batch whose devices cannot all be had keeps those that could, and says what was wrong with the others. */
function beginBatch(context: Context, bodies: readonly unknown[]): BatchRow {
  const deviceIds: string[] = [];
  const errorMessages: string[] = [];
  for (const body of bodies) {
    try {
      deviceIds.push(orderDevice(context, body).id);
    } catch (thrown) {
      if (!(thrown instanceof Refusal)) throw thrown;
      errorMessages.push(...thrown.words);
    }
  }
  const row: BatchRow = {
    id: randomUUID(),
    state: errorMessages.length === 0 ? 'completed' : 'failed',
    quantity: bodies.length,
    errorMessages,
    deviceIds,
    createdAt: stamp(context.clock.now()),
  };
  context.store.batches.put(row);
  return row;
}

/** One create body a device; `{{index}}` in the host name becomes 01, 02, ... */
function listBodies(entry: Entry): readonly unknown[] {
  const { quantity, hostnames, hostname, ...common } = entry;
  if (hostnames != null && hostnames.length !== 0 && hostnames.length !== quantity) {
    throw refuseUnprocessable('Hostnames must be as many as quantity');
  }
  return Array.from({ length: quantity }, (_, index) => ({
    ...common,
    hostname: hostnames?.[index] ?? hostname?.replaceAll('{{index}}', String(index + 1).padStart(2, '0')),
  }));
}
