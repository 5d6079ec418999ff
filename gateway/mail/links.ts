/** Pure: where mails lead. Only ever to PUBLIC_URL; without it there are no links. */

/** Places of the portal, for the people whose use is metered. Whoever is not signed in comes there after signing in. */
export type PortalPlace =
  | 'balance'
  | 'statement'
  | 'request'
  | 'support'
  | 'settings'
  | { readonly ticket: string }
  | { readonly objection: string };

/** Places of the console, for operators. */
export type ConsolePlace =
  | 'overview'
  | 'users'
  | 'alerts'
  | 'reports'
  | 'maintenance'
  | 'departments'
  | { readonly request: string }
  | { readonly user: string }
  /** What is unusual in somebody's use. */
  | { readonly anomaliesOf: string };

export interface Links {
  portal(place: PortalPlace): string | null;
  console(place: ConsolePlace): string | null;
  /** A path of ours, made elsewhere, such as a sign-in link's. */
  path(path: string): string | null;
}

/** @param publicUrl origin at which people reach the gateway, or null */
export function createLinks(publicUrl: string | null): Links {
  const absolute = (path: string) => (publicUrl === null ? null : new URL(path, publicUrl).href);
  return {
    portal: (place) => absolute(portalPath(place)),
    console: (place) => absolute(consolePath(place)),
    path: absolute,
  };
}

/** The portal's own addresses; the portal reads them as they are. */
export function portalPath(place: PortalPlace): string {
  if (typeof place === 'object') {
    return 'ticket' in place
      ? `/portal/requests/${encodeURIComponent(place.ticket)}`
      : `/portal/support?objection=${encodeURIComponent(place.objection)}`;
  }
  return place === 'balance' ? '/portal/' : `/portal/${place}`;
}

export function consolePath(place: ConsolePlace): string {
  if (typeof place === 'object') {
    if ('anomaliesOf' in place)
      return `/admin/alerts?status=all&kind=anomaly&user=${encodeURIComponent(place.anomaliesOf)}`;
    return 'request' in place
      ? `/admin/requests?open=${encodeURIComponent(place.request)}`
      : `/admin/users?user=${encodeURIComponent(place.user)}`;
  }
  if (place === 'departments') return '/admin/plans?part=departments';
  if (place === 'maintenance') return '/admin/settings?section=general';
  return place === 'overview' ? '/admin/' : `/admin/${place}`;
}
