/** Pure: budgets of thinking, which is paid out of the same answer and must be smaller than its limit. */
import type { Edit } from '../json-outline.ts';
import type { JsonObject } from './dialect.ts';
import { isObject } from './fields.ts';

/** Anthropic refuses smaller budgets; see docs.claude.com, "Extended thinking". */
const LEAST_THINKING = 1_024;

/** Anthropic's budget, also as LiteLLM takes it: comes down with the limit, or off where no budget fits. */
export function thinkingEdits({ thinking }: JsonObject, limit: number): Edit[] {
  if (!isObject(thinking) || typeof thinking.budget_tokens !== 'number' || thinking.budget_tokens < limit) return [];
  const value = limit <= LEAST_THINKING ? { type: 'disabled' } : { ...thinking, budget_tokens: limit - 1 };
  return [{ key: 'thinking', value }];
}

/** OpenRouter's budget. */
export function reasoningEdits({ reasoning }: JsonObject, limit: number): Edit[] {
  if (!isObject(reasoning) || typeof reasoning.max_tokens !== 'number' || reasoning.max_tokens < limit) return [];
  return [{ key: 'reasoning', value: { ...reasoning, max_tokens: Math.max(0, limit - 1) } }];
}
