/** Pure: an upstream as its form holds it, and as the API takes it. */
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
  };
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
  };
}
