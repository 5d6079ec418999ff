/** What the demo's team talks to: names of real models, behind upstreams that are all the demo's own. */
import { ECHO_MODEL } from '../proxy/model-facts.ts';
import type { ModelOverride } from '../proxy/model-names.ts';
import type { PricedUpstream } from '../proxy/prices.ts';

export interface DemoModel {
  readonly name: string;
  readonly upstreamId: string;
  readonly weight: number;
  /** Whether part of its answers is thinking. */
  readonly reasons: boolean;
  /** Milliseconds to the first byte, and for each token of the answer. */
  readonly firstByteMs: number;
  readonly tokenMs: number;
}

const model = (
  name: string,
  upstreamId: string,
  weight: number,
  [firstByteMs, tokenMs]: readonly [number, number],
  reasons = false,
): DemoModel => ({ name, upstreamId, weight, reasons, firstByteMs, tokenMs });

export const DEMO_MODELS: readonly [DemoModel, ...DemoModel[]] = [
  model('gpt-5.4-mini', 'demo-openai', 34, [420, 7], true),
  model('gpt-5.4', 'demo-openai', 20, [900, 14], true),
  model('claude-sonnet-5', 'demo-anthropic', 20, [780, 13]),
  model('gemini-3.8-flash', 'demo-google', 14, [350, 6]),
  model('claude-opus-5', 'demo-anthropic', 7, [1_400, 21]),
  model('gpt-4o-mini', 'demo-openai', 5, [380, 9]),
];

/** Rows of the table `models`. The echo has a price, so that the live traffic shows a cost. */
export const MODEL_ROWS: readonly ModelOverride[] = [
  { id: 'claude-opus-*', multiplier: 2_000_000, maxOutputTokens: null, price: null, units: null },
  {
    id: ECHO_MODEL,
    multiplier: 1_000_000,
    maxOutputTokens: null,
    price: { input: 2_500_000, output: 10_000_000, cachedInput: 250_000 },
    units: null,
  },
];

interface DemoProvider extends PricedUpstream {
  readonly id: string;
  readonly name: string;
}

/** The demo's upstreams, and how its history is priced: as if the providers had been called. */
export const PROVIDERS: readonly DemoProvider[] = [
  { id: 'demo-openai', name: 'OpenAI (demo)', kind: 'openai', origin: 'https://api.openai.com', pathPrefix: '/v1' },
  {
    id: 'demo-anthropic',
    name: 'Anthropic (demo)',
    kind: 'anthropic',
    origin: 'https://api.anthropic.com',
    pathPrefix: '',
  },
  {
    id: 'demo-google',
    name: 'Google Gemini (demo)',
    kind: 'gemini',
    origin: 'https://generativelanguage.googleapis.com',
    pathPrefix: '/v1beta',
  },
];

/** The names that an upstream of the demo passes on to the echo. */
export function aliasesOf(upstreamId: string): Record<string, string> {
  const names = DEMO_MODELS.filter((one) => one.upstreamId === upstreamId).map((one) => one.name);
  return Object.fromEntries(names.map((name) => [name, ECHO_MODEL]));
}
