/** The screens and their addresses. What is open and filtered stands in the address, so that it can be shared. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { parseActivitySearch } from './activity/activity-search.ts';
import { parseAlertsSearch } from './alerts/alerts-search.ts';
import { CrashPanel } from './frame/crash-panel.tsx';
import { NotFoundPanel } from './frame/not-found-panel.tsx';
import { Shell } from './frame/shell.tsx';
import { parseOverviewSearch } from './overview/overview-search.ts';
import { parsePlansSearch } from './plans/plans-search.ts';
import { parseReportsSearch } from './reports/reports-search.ts';
import { parseRequestsSearch } from './requests/requests-search.ts';
import { parseSearch, stringifySearch } from './search-params.ts';
import { parseSettingsSearch } from './settings/settings-search.ts';
import { parseSetupSearch } from './setup/setup-search.ts';
import { parseUsersSearch } from './users/users-search.ts';

const rootRoute = createRootRoute({ component: Shell, notFoundComponent: NotFoundPanel, errorComponent: CrashPanel });
const under = () => rootRoute;

const overviewRoute = createRoute({
  getParentRoute: under,
  path: '/',
  validateSearch: parseOverviewSearch,
  component: lazyRouteComponent(() => import('./overview/overview-screen.tsx'), 'OverviewScreen'),
});
const usersRoute = createRoute({
  getParentRoute: under,
  path: '/users',
  validateSearch: parseUsersSearch,
  component: lazyRouteComponent(() => import('./users/users-screen.tsx'), 'UsersScreen'),
});

const requestsRoute = createRoute({
  getParentRoute: under,
  path: '/requests',
  validateSearch: parseRequestsSearch,
  component: lazyRouteComponent(() => import('./requests/requests-screen.tsx'), 'RequestsScreen'),
});
const alertsRoute = createRoute({
  getParentRoute: under,
  path: '/alerts',
  validateSearch: parseAlertsSearch,
  component: lazyRouteComponent(() => import('./alerts/alerts-screen.tsx'), 'AlertsScreen'),
});
const reportsRoute = createRoute({
  getParentRoute: under,
  path: '/reports',
  validateSearch: parseReportsSearch,
  component: lazyRouteComponent(() => import('./reports/reports-screen.tsx'), 'ReportsScreen'),
});

const plansRoute = createRoute({
  getParentRoute: under,
  path: '/plans',
  validateSearch: parsePlansSearch,
  component: lazyRouteComponent(() => import('./plans/plans-screen.tsx'), 'PlansScreen'),
});

const activityRoute = createRoute({
  getParentRoute: under,
  path: '/activity',
  validateSearch: parseActivitySearch,
  component: lazyRouteComponent(() => import('./activity/activity-screen.tsx'), 'ActivityScreen'),
});
const settingsRoute = createRoute({
  getParentRoute: under,
  path: '/settings',
  validateSearch: parseSettingsSearch,
  component: lazyRouteComponent(() => import('./settings/settings-screen.tsx'), 'SettingsScreen'),
});

const setupRoute = createRoute({
  getParentRoute: under,
  path: '/setup',
  validateSearch: parseSetupSearch,
  component: lazyRouteComponent(() => import('./setup/setup-screen.tsx'), 'SetupScreen'),
});

/** The browser finds the console under `/admin/`, and so does the desktop's own scheme. */
const BASE = '/admin';

export const router = createRouter({
  routeTree: rootRoute.addChildren([
    overviewRoute,
    usersRoute,
    requestsRoute,
    alertsRoute,
    reportsRoute,
    plansRoute,
    activityRoute,
    settingsRoute,
    setupRoute,
  ]),
  basepath: BASE,
  parseSearch,
  stringifySearch,
  // What a screen's own rules do not know never reaches it, and leaves the address.
  search: { strict: true },
  defaultPreload: 'intent',
  defaultNotFoundComponent: NotFoundPanel,
  defaultErrorComponent: CrashPanel,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
