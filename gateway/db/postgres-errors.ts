/** What a failed call to Postgres means: gone or busy for now, set up wrongly, or a fault of the statement. */
import { ConfigError, EXIT, StartError } from '../ops/start-error.ts';
import { DatabaseUnavailableError } from './errors.ts';

/**
 * SQLSTATEs of a server that cannot do its work now: connection lost, resources used up, shutting down, a role or database
 * taken away, a standby that does not write, a lock or deadlock that somebody else won.
 */
const UNAVAILABLE_STATE = /^(08...|28...|53...|57P..|58...|25006|25P03|3D000|40001|40P01|55P03|57014)$/;
const UNAVAILABLE_SOCKET =
  /^(ECONN(REFUSED|RESET|ABORTED)|E(PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH|NOTFOUND|AI_AGAIN)|ENOENT)$/;
/** pg gives these no code. */
const LOST_MESSAGE =
  /connection (terminated|ended|is closed)|timeout exceeded|not queryable|server does not support SSL/i;

/** SQLSTATE or socket code of the driver's error; empty where it has none. */
export function postgresCode(error: unknown): string {
  for (let current = error; current instanceof Error; current = current.cause) {
    if ('code' in current && typeof current.code === 'string') return current.code;
  }
  return '';
}

/** Whether the connection was lost, so that nobody knows whether the last statement took effect. */
export function isConnectionLost(error: unknown): boolean {
  const code = postgresCode(error);
  if (/^(08...|57P0[123]|25P03)$/.test(code) || UNAVAILABLE_SOCKET.test(code)) return true;
  return code === '' && error instanceof Error && LOST_MESSAGE.test(error.message);
}

/** Whether there was no connection to send anything on, so that nothing can have happened. */
export function wasNeverSent(error: unknown): boolean {
  const code = postgresCode(error);
  if (/^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|28...|53300|57P03|3D000)$/.test(code)) return true;
  return code === '' && error instanceof Error && /timeout exceeded when trying to connect/.test(error.message);
}

/** The error as callers of the database know it. */
export function asPostgresError(error: unknown): unknown {
  if (error instanceof DatabaseUnavailableError) return error;
  if (!isConnectionLost(error) && !UNAVAILABLE_STATE.test(postgresCode(error))) return error;
  return new DatabaseUnavailableError('The database cannot be used now.', { cause: error });
}

/** Who gave the URL: the settings of the gateway, or whoever asked for a move. Advice names the place to correct. */
export type UrlOrigin = 'settings' | 'target';

const PLACES: Record<UrlOrigin, { url: string; login: string; name: string; host: string; address: string }> = {
  settings: {
    url: 'the URL',
    login: 'DATABASE_URL (or DB_USER and DB_PASSWORD)',
    name: 'DATABASE_URL (or DB_NAME)',
    host: 'DATABASE_URL (or DB_HOST)',
    address: 'DATABASE_URL (or DB_HOST and DB_PORT)',
  },
  target: {
    url: 'the address to move to',
    login: 'the address to move to',
    name: 'the address to move to',
    host: 'the address to move to',
    address: 'the address to move to',
  },
};

/** What a start says that cannot use its database. The password is not repeated. */
export function postgresStartError(error: unknown, url: string, origin: UrlOrigin = 'settings'): StartError {
  if (error instanceof StartError) return error;
  const at = PLACES[origin];
  const { place, user, database } = describe(url);
  const code = postgresCode(error);
  const because = error instanceof Error ? error.message : String(error);
  const wrong = (text: string) => new ConfigError([text], { cause: error });
  if (/^28/.test(code))
    return wrong(
      `PostgreSQL at ${place} refuses the user "${user}": ${because}. Check user and password in ${at.login}.`,
    );
  if (code === '3D000')
    return wrong(
      `PostgreSQL at ${place} has no database "${database}". Make it with: createdb -O ${user} ${database}; or name another in ${at.name}.`,
    );
  if (code === '42501' || code === '3F000')
    return wrong(
      `The user "${user}" lacks rights in the database "${database}": ${because}. As its owner run: GRANT ALL ON DATABASE ${database} TO ${user}; GRANT ALL ON SCHEMA public TO ${user};`,
    );
  if (/^(ENOTFOUND|EAI_AGAIN|EINVAL)$/.test(code))
    return wrong(`The host of the database ${place} is not known: ${because}. Check ${at.host}.`);
  if (/SSL/i.test(because) && code === '')
    return wrong(
      `PostgreSQL at ${place} and this gateway do not agree on TLS: ${because}. Change sslmode in ${at.url}.`,
    );
  if (UNAVAILABLE_STATE.test(code) || isConnectionLost(error))
    return new StartError(
      EXIT.unavailable,
      `PostgreSQL at ${place} cannot be used now: ${because || code}. Start it, or check host and port in ${at.address}.`,
      { cause: error },
    );
  return wrong(`The database "${database}" at ${place} cannot be opened: ${because}.`);
}

/** Host, user and database of a URL, for messages. */
export function describe(url: string): { place: string; user: string; database: string } {
  if (!URL.canParse(url)) return { place: 'an unknown place', user: '', database: '' };
  const { hostname, port, username, pathname, searchParams } = new URL(url);
  return {
    place: `${hostname || searchParams.get('host') || 'localhost'}:${port || '5432'}`,
    user: decoded(username),
    database: decoded(pathname.slice(1)),
  };
}

/** A percent sign that encodes nothing stays one. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
