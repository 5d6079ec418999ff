/** Pure: an upstream as its form holds it, and as the API takes it. */
import { RANGES } from '../../../gateway/contract/bounds.ts';
import type { CreateUpstream, Upstream } from '../../../gateway/contract/upstreams.ts';

export const KINDS = ['openai', 'anthropic', 'gemini', 'azure', 'demo'] as const;
export const UPSTREAM_STALE = ['upstreams', 'models', 'health', 'audit'];

export interface UpstreamValues extends Record<string, unknown> {
  kind: Upstream['kind'];
  name: string;
  baseUrl: string;
  /** Empty keeps the key that there is. */
  apiKey: string;
  models: string[];
  /** `name that clients use = name at the upstream` */
  aliases: string[];
  position: number | '';
  weight: number | '';
  enabled: boolean;
  /** Empty takes the gateway's own. */
  connectSeconds: number | '';
  headersSeconds: number | '';
  idleSeconds: number | '';
  /** PEM; empty trusts whom everybody trusts. */
  caCertificate: string;
}

/** The gateway's names of the time limits, and the fields that they are typed into. */
export const TIME_LIMITS = [
  ['connectMs', 'connectSeconds'],
  ['headersMs', 'headersSeconds'],
  ['idleMs', 'idleSeconds'],
] as const;

/** The field at which what the gateway says of `timeouts.connectMs` stands. */
export function fieldOf(path: string): string {
  const limit = TIME_LIMITS.find(([name]) => path === `timeouts.${name}`);
  return limit?.[1] ?? path.split('.')[0] ?? path;
}

/** Of what the gateway takes: a tenth of a second to an hour. */
export function isTimeLimit(seconds: number | ''): boolean {
  return seconds === '' || (seconds * 1_000 >= RANGES.timeLimit.least && seconds * 1_000 <= RANGES.timeLimit.most);
}

export function isCertificate(pem: string): boolean {
  const text = pem.trim();
  return text === '' || /^-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----$/.test(text);
}

export function upstreamValues(upstream: Upstream | undefined): UpstreamValues {
  return {
    kind: upstream?.kind ?? 'openai',
    name: upstream?.name ?? '',
    baseUrl: upstream?.baseUrl ?? '',
    apiKey: '',
    models: upstream?.models ?? ['*'],
    aliases: aliasLines(upstream?.aliases ?? {}),
    position: upstream?.position ?? '',
    weight: upstream?.weight ?? 1,
    enabled: upstream?.enabled ?? true,
    connectSeconds: secondsOf(upstream?.timeouts?.connectMs),
    headersSeconds: secondsOf(upstream?.timeouts?.headersMs),
    idleSeconds: secondsOf(upstream?.timeouts?.idleMs),
    caCertificate: upstream?.caCertificate ?? '',
  };
}

function secondsOf(milliseconds: number | undefined): number | '' {
  return milliseconds === undefined ? '' : milliseconds / 1_000;
}

export function aliasLines(aliases: Readonly<Record<string, string>>): string[] {
  return Object.entries(aliases).map(([from, to]) => `${from} = ${to}`);
}

/** Null where a line has no two sides. */
export function aliasesOf(lines: readonly string[]): Record<string, string> | null {
  const pairs = lines.map((line) => line.split('=').map((side) => side.trim()));
  if (pairs.some((sides) => sides.length !== 2 || sides.includes(''))) return null;
  return Object.fromEntries(pairs.map(([from = '', to = '']) => [from, to]));
}

/** All fields, checked before. */
export function upstreamBody(values: UpstreamValues): Partial<CreateUpstream> {
  const { kind, name, baseUrl, apiKey, models, aliases, position, weight, enabled } = values;
  const limits = TIME_LIMITS.flatMap(([limit, field]) => {
    const seconds = values[field];
    return seconds === '' ? [] : [[limit, Math.round(Number(seconds) * 1_000)] as const];
  });
  return {
    kind,
    ...(name.trim() === '' ? {} : { name: name.trim() }),
    ...(kind === 'demo' ? {} : { baseUrl: baseUrl.trim() }),
    ...(apiKey === '' ? {} : { apiKey }),
    models,
    aliases: aliasesOf(aliases) ?? {},
    ...(position === '' ? {} : { position: Number(position) }),
    weight: Number(weight),
    enabled,
    timeouts: limits.length === 0 ? null : Object.fromEntries(limits),
    caCertificate: kind === 'demo' || values.caCertificate.trim() === '' ? null : values.caCertificate.trim(),
  };
}
