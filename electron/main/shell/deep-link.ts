/**
 * `ia-solaris://requests?open=req_1`: leads to a screen, and never does anything. Anybody's page can open such an address,
 * so that only known screens and ids are let through. No Electron in here.
 */

export const LINK_SCHEME = 'ia-solaris';

/** The console's screens, and the parameter that opens one thing there. */
const SCREENS: Readonly<Record<string, { path: string; open: string | null }>> = {
  overview: { path: '/', open: null },
  users: { path: '/users', open: 'user' },
  requests: { path: '/requests', open: 'request' },
  alerts: { path: '/alerts', open: null },
  reports: { path: '/reports', open: null },
  plans: { path: '/plans', open: 'open' },
  activity: { path: '/activity', open: 'open' },
  settings: { path: '/settings', open: null },
};
const LONGEST = 200;
const ID = /^[A-Za-z0-9_-]{1,64}$/;

/** The console's path that a link leads to, such as `/requests?request=req_1`; null for anything that is not exactly one. */
export function parseDeepLink(link: string): string | null {
  if (link.length > LONGEST || !URL.canParse(link)) return null;
  const { protocol, host, pathname, hash, username, password, port, searchParams } = new URL(link);
  if (protocol !== `${LINK_SCHEME}:` || username || password || port || hash) return null;
  if (pathname !== '' && pathname !== '/') return null;
  const screen = Object.hasOwn(SCREENS, host) ? SCREENS[host] : undefined;
  if (!screen) return null;
  const parameters = [...searchParams];
  if (parameters.length === 0) return screen.path;
  const [[name, value] = ['', '']] = parameters;
  if (parameters.length > 1 || name !== 'open' || screen.open === null || !ID.test(value)) return null;
  return `${screen.path}?${screen.open}=${value}`;
}

/** The link to a screen, for notifications that must find their way back. */
export function deepLink(screen: string, id?: string): string {
  return `${LINK_SCHEME}://${screen}${id === undefined ? '' : `?open=${id}`}`;
}

/** The one link among the arguments that a system starts the app with; null where there is none. */
export function linkAmong(args: readonly string[]): string | null {
  const links = args.filter((arg) => arg.toLowerCase().startsWith(`${LINK_SCHEME}:`));
  return links.length === 1 ? (links[0] ?? null) : null;
}
