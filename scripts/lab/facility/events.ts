/** /events, /events/:id, /projects/:project/events, /devices/:id/events; newest first. */
import type { Context, Route } from './context.ts';
import { found } from './http.ts';
import { answerPage } from './pages.ts';
import { viewEvent } from './views.ts';

export function listEventRoutes(context: Context): readonly Route[] {
  const { store } = context;
  const newest = (): readonly ReturnType<typeof viewEvent>[] => store.events.list().map(viewEvent).reverse();
  return [
    { method: 'GET', path: '/events', answer: (request) => answerPage(request, 'events', newest()) },
    { method: 'GET', path: '/projects/:project/events', answer: (request) => answerPage(request, 'events', newest()) },
    {
      method: 'GET',
      path: '/events/:id',
      answer: (request) => ({ status: 200, body: viewEvent(found(store.events.get(request.param('id')))) }),
    },
    {
      method: 'GET',
      path: '/devices/:id/events',
      answer(request) {
        const device = found(store.devices.get(request.param('id')));
        const rows = store.events.list().filter((event) => event.deviceId === device.id);
        return answerPage(request, 'events', rows.map(viewEvent).reverse());
      },
    },
  ];
}
