/** Pure: what may leave this machine. The console and portal leave loopback only over HTTPS with a public name. */
import { isIP } from 'node:net';
import type { Settings } from '../config/settings.ts';

const WILDCARDS = new Set(['0.0.0.0', '::']);

/** Whether only this machine can reach the address. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[|\]$/g, '');
  return (
    name === 'localhost' ||
    name.endsWith('.localhost') ||
    name === '::1' ||
    (isIP(name) === 4 && name.startsWith('127.'))
  );
}

/** Whether the address stands for all addresses of the machine. */
export function isWildcard(host: string): boolean {
  return WILDCARDS.has(host);
}

/** Why the settings would expose the console, as a sentence that says what to do; null when they do not. */
export function exposureProblem(settings: Settings): string | null {
  if (isLoopback(settings.host)) return null;
  const encrypted = settings.tls.certFile !== null || settings.trustedProxies.length > 0;
  if (encrypted && settings.publicUrl?.startsWith('https://')) return null;
  return (
    `HOST is ${settings.host}, which would serve the console and the portal to other machines. ` +
    'That takes HTTPS: set TLS_CERT_FILE and TLS_KEY_FILE, or name the HTTPS proxy in TRUSTED_PROXIES, and set PUBLIC_URL to an https:// address. ' +
    'To let only LibreChat reach the gateway from elsewhere, keep HOST=127.0.0.1 and set NETWORK_HOSTS instead.'
  );
}

/** Whether a request for this route may come from outside: the metered routes and the liveness check, nothing else. */
export function isMeteredRoute(route: string): boolean {
  if (route === '/v1/admin' || route.startsWith('/v1/admin/')) return false;
  return route === '/health' || /^\/(v1|v1beta|openai)(\/|$)/.test(route);
}
