/** Pure: what operators set about models by name or pattern, and the bare name behind a provider's spelling. */
import type { PriceOverride, UnitTokens } from '../db/json-columns.ts';

/** A row of the table `models`: `id` is a name or a pattern with `*`. */
export interface ModelOverride {
  readonly id: string;
  /** Charged tokens per token, in millionths. */
  readonly multiplier: number;
  readonly maxOutputTokens: number | null;
  readonly price: PriceOverride | null;
  readonly units: UnitTokens | null;
}

/** Whether `pattern` (`gpt-4o`, `gpt-4o*`, `*`) covers the whole name `model`. Letter case does not matter. */
export function matchesModel(pattern: string, model: string): boolean {
  const parts = pattern.toLowerCase().split('*');
  const name = model.toLowerCase();
  const [first = '', ...rest] = parts;
  if (rest.length === 0) return name === first;
  if (!name.startsWith(first)) return false;
  let from = first.length;
  const last = rest.pop() ?? '';
  for (const part of rest) {
    const found = name.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return name.length - last.length >= from && name.endsWith(last);
}

const DOT_SEGMENT = /(?:^|[/\\])(?:\.\.|\.(?:$|[/\\]))|\.\.(?:$|[/\\])/;

/** Whether the name stays one name where it becomes a part of an upstream's path: no dots that lead out of it. */
export function fitsIntoPath(model: string): boolean {
  return model.isWellFormed() && !DOT_SEGMENT.test(model);
}

/** How OpenRouter is asked to serve the same model faster, cheaper or with searches. `:free` is a model of its own. */
const VARIANT = /:(nitro|floor|exacto|online|extended|thinking|beta)$/i;

/** The rows that cover `model`, by its full or its bare name, as a variant or not; the most specific (exact, then longest) first. */
export function overridesOf(model: string, overrides: readonly ModelOverride[]): ModelOverride[] {
  if (overrides.length === 0) return [];
  const names = [model, bareModel(model)];
  if (VARIANT.test(model)) names.push(...names.map((name) => name.replace(VARIANT, '')));
  return overrides
    .filter((row) => names.some((name) => matchesModel(row.id, name)))
    .sort((a, b) => specificity(b.id) - specificity(a.id) || (a.id < b.id ? -1 : 1));
}

function specificity(pattern: string): number {
  const literal = pattern.replaceAll('*', '').length;
  return pattern.includes('*') ? literal : literal + 1_000_000;
}

const BEDROCK_REGION = /^(?:us|us-gov|eu|apac|jp|au|ca|sa|global)\./;
const BEDROCK_VENDOR = /^(?:ai21|amazon|anthropic|cohere|deepseek|google|meta|mistral|moonshot|openai|qwen|zai)\./;

/**
 * The model's own name, lower case: `azure/gpt-4o`, `openrouter/openai/gpt-4o`, `ft:gpt-4o:acme::1` and
 * `us.anthropic.claude-opus-4-1-v1:0` lose what their provider put before it.
 */
export function bareModel(model: string): string {
  const path = model.trim().toLowerCase();
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name.replace(/^ft:/, '').replace(BEDROCK_REGION, '').replace(BEDROCK_VENDOR, '');
}
