/** Host and Origin checks: a page of the internet that makes its own name point at this machine gets nothing here. */
import type { FastifyRequest } from 'fastify';
import type { Settings } from '../config/settings.ts';
import { ApiError } from '../ops/api-error.ts';
import { isLoopback, isWildcard } from '../ops/network-exposure.ts';

type Addresses = Pick<Settings, 'host' | 'publicUrl'>;

/**
 * Refuses a request for a host name that is not ours: loopback names and the configured host with the port that was
 * connected to, and the host of the public URL.
 *
 * @throws ApiError 421
 */
export function checkHost(request: FastifyRequest, settings: Addresses): void {
  if (isOurs(request.host, request.socket.localPort, settings)) return;
  throw new ApiError(
    421,
    'host_not_allowed',
    'This host name is not served here. Set PUBLIC_URL to the address that is used.',
  );
}

/**
 * Refuses a request that a page of another origin makes. Programs send no `origin` and are not concerned.
 *
 * @throws ApiError 403
 */
export function checkOrigin(request: FastifyRequest, settings: Addresses): void {
  const { origin } = request.headers;
  if (origin === undefined || isOurOrigin(origin, request, settings)) return;
  throw new ApiError(403, 'origin_not_allowed', 'Pages of other origins may not call this API.');
}

/** For calls that a cookie authenticates: here a missing `origin` is refused too. */
export function requireOrigin(request: FastifyRequest): void {
  if (request.headers.origin !== undefined) return;
  throw new ApiError(403, 'origin_required', 'This call is for pages of the console only.');
}

/** Whether the request comes from this machine itself, and not through a proxy on it. */
export function isFromLoopback(request: FastifyRequest): boolean {
  const { headers, ip, hostname } = request;
  // With a trusted proxy `ip` is the client's and never a loopback address; an unknown proxy gives itself away.
  if (headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined) return false;
  return isLoopback(ip.replace(/^::ffff:/i, '')) && isLoopback(hostname);
}

function isOurOrigin(origin: string, request: FastifyRequest, settings: Addresses): boolean {
  if (!URL.canParse(origin)) return false;
  const url = new URL(origin);
  if (settings.publicUrl !== null && url.origin === new URL(settings.publicUrl).origin) return true;
  return (
    url.protocol === `${request.protocol}:` &&
    isOurs(url.host, request.socket.localPort, { ...settings, publicUrl: null })
  );
}

function isOurs(host: string, localPort: number | undefined, { host: configured, publicUrl }: Addresses): boolean {
  if (!/^[\w.:[\]-]+$/.test(host) || !URL.canParse(`http://${host}`)) return false;
  if (publicUrl !== null && hostWithPort(new URL(publicUrl)) === hostOf(host, new URL(publicUrl).protocol)) return true;
  const name = new URL(`http://${host}`).hostname;
  const isConfigured = !isWildcard(configured) && name === nameInUrl(configured);
  if (!isLoopback(name) && !isConfigured) return false;
  // Without a socket there is no port to compare with: requests of our own tests.
  if (localPort === undefined) return true;
  const port = /:(\d+)$/.exec(host)?.[1];
  return port === undefined ? localPort === 80 || localPort === 443 : Number(port) === localPort;
}

/** A host header in full, with the default port of `protocol` where it names none. */
function hostOf(host: string, protocol: string): string | null {
  return URL.canParse(`${protocol}//${host}`) ? hostWithPort(new URL(`${protocol}//${host}`)) : null;
}

function hostWithPort(url: URL): string {
  return `${url.hostname}:${url.port || (url.protocol === 'https:' ? '443' : '80')}`;
}

function nameInUrl(host: string): string {
  const name = host.toLowerCase();
  return name.includes(':') ? `[${name}]` : name;
}
