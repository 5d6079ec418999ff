/**
 * How texts of settings are formed, by name. The gateway refuses what is not, and the console tells it before. Like the
 * bounds it imports nothing of ours but them.
 */
import { PATTERNS } from './bounds.ts';

export const FORMATS = {
  email: (text: string) => PATTERNS.operatorEmail.test(text),
  /** ISO 4217. */
  currency: (text: string) => /^[A-Z]{3}$/.test(text),
  headerName: (text: string) => PATTERNS.headerName.test(text),
  domain: (text: string) => /^@?[^\s@]+\.[^\s@]+$/.test(text),
  freePath: (text: string) => /^\/v1(beta)?\/[\w.~*/-]+$/.test(text),
  /** LibreChat takes braces for JSON. */
  sentence: (text: string) => !/[{}\p{Cc}\p{Cs}]/u.test(text),
  origin: isOrigin,
  redisUrl: isRedisUrl,
  day: isDay,
  moment: isMoment,
  cron: isCron,
  timeZone: isTimeZone,
} as const satisfies Record<string, (text: string) => boolean>;

export type FormatName = keyof typeof FORMATS;

export function isFormat(name: string): name is FormatName {
  return name in FORMATS;
}

/** Names a server, or the folder of its socket as `?host=`, and a database of it. */
export function isPostgresUrl(value: string): boolean {
  if (!/^postgres(ql)?:\/\/\S+$/.test(value) || !URL.canParse(value)) return false;
  const { hostname, searchParams, pathname } = new URL(value);
  return (hostname !== '' || searchParams.has('host')) && pathname.length > 1;
}

function isOrigin(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  return (
    /^https?:$/.test(url.protocol) &&
    url.pathname === '/' &&
    url.search === '' &&
    url.hash === '' &&
    url.username === ''
  );
}

function isRedisUrl(value: string): boolean {
  return /^rediss?:\/\//.test(value) && URL.canParse(value) && new URL(value).hostname !== '';
}

function isDay(value: string): boolean {
  const at = Date.parse(`${value}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(`${value}T`);
}

function isMoment(value: string): boolean {
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)$/.test(value) && !Number.isNaN(Date.parse(value));
}

/** Five fields of numbers, ranges, lists and steps, each in its bounds. */
function isCron(value: string): boolean {
  const bounds = [59, 23, 31, 12, 7];
  const fields = value.split(/\s+/);
  return (
    fields.length === bounds.length &&
    fields.every((field, index) =>
      field.split(',').every((part) => {
        const match = /^(?:\*|(\d{1,2})(?:-(\d{1,2}))?)(?:\/([1-9]\d?))?$/.exec(part);
        return match !== null && [match[1], match[2]].every((number) => Number(number ?? 0) <= (bounds[index] ?? 0));
      }),
    )
  );
}

function isTimeZone(value: string): boolean {
  if (value === 'UTC') return true;
  try {
    return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
