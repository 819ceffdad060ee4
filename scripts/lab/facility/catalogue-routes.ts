/** Projects, plans, operating systems, facilities, metros: what does not change. */
import { METROS, OPERATING_SYSTEMS, PLACES, PLANS } from './catalogue.ts';
import { viewMetro, viewOperatingSystem, viewPlace, viewPlan } from './catalogue-views.ts';
import type { Context, Route } from './context.ts';
import { answerPage } from './pages.ts';
import { viewProject } from './views.ts';

export function listCatalogueRoutes(context: Context): readonly Route[] {
  const project = viewProject(context.project);
  const plans = PLANS.map(viewPlan);
  const systems = OPERATING_SYSTEMS.map(viewOperatingSystem);
  const places = PLACES.map(viewPlace);
  const metros = METROS.map((metro) => viewMetro(metro.code));
  return [
    { method: 'GET', path: '/projects', answer: (request) => answerPage(request, 'projects', [project]) },
    { method: 'GET', path: '/projects/:project', answer: () => ({ status: 200, body: project }) },
    ...['/plans', '/projects/:project/plans'].map((path) => listAll(path, 'plans', plans)),
    listAll('/operating-systems', 'operating_systems', systems),
    ...['/facilities', '/projects/:project/facilities'].map((path) => listAll(path, 'facilities', places)),
    listAll('/locations/metros', 'metros', metros),
  ];
}

/** These lists come whole, without pages. */
function listAll(path: string, envelope: string, items: readonly unknown[]): Route {
  return { method: 'GET', path, answer: () => ({ status: 200, body: { [envelope]: items } }) };
}
