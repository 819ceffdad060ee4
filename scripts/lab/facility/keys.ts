/** /ssh-keys, /projects/:project/ssh-keys, /ssh-keys/:id */
import { randomUUID } from 'node:crypto';
import type { Context, Route } from './context.ts';
import { found } from './http.ts';
import { keyInput, keyUpdate, readInput } from './input.ts';
import { stamp } from './journal.ts';
import { viewKey } from './views.ts';

export function listKeyRoutes(context: Context): readonly Route[] {
  const { store } = context;
  return [
    ...['/ssh-keys', '/projects/:project/ssh-keys'].flatMap((path) => listCollection(context, path)),
    {
      method: 'GET',
      path: '/ssh-keys/:id',
      answer: (request) => ({ status: 200, body: viewKey(found(store.keys.get(request.param('id')))) }),
    },
    ...(['PUT', 'PATCH'] as const).map((method) => updateRoute(context, method)),
    {
      method: 'DELETE',
      path: '/ssh-keys/:id',
      async answer(request) {
        store.keys.remove(found(store.keys.get(request.param('id'))).id);
        await store.commit();
        return { status: 204 };
      },
    },
  ];
}

function listCollection(context: Context, path: string): readonly Route[] {
  const { store, clock } = context;
  return [
    { method: 'GET', path, answer: () => ({ status: 200, body: { ssh_keys: store.keys.list().map(viewKey) } }) },
    {
      method: 'POST',
      path,
      async answer(request) {
        const row = { id: randomUUID(), ...readInput(keyInput, request.body), createdAt: stamp(clock.now()) };
        store.keys.put(row);
        await store.commit();
        return { status: 201, body: viewKey(row) };
      },
    },
  ];
}

function updateRoute(context: Context, method: 'PUT' | 'PATCH'): Route {
  const { store } = context;
  return {
    method,
    path: '/ssh-keys/:id',
    async answer(request) {
      const before = found(store.keys.get(request.param('id')));
      const input = readInput(keyUpdate, request.body);
      const row = { ...before, label: input.label ?? before.label, key: input.key ?? before.key };
      store.keys.put(row);
      await store.commit();
      return { status: 200, body: viewKey(row) };
    },
  };
}
