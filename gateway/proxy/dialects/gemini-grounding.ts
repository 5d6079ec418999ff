/** Pure: what Gemini looked up for an answer. Google bills it beside the tokens, and tells it with the candidates. */
import type { PaidCalls } from '../../ledger/charge.ts';
import type { TokenUsage } from '../../ledger/port.ts';
import type { JsonObject } from './dialect.ts';
import { isObject } from './fields.ts';

export interface Grounding {
  /** Reads one answer, or one piece of a streamed one. */
  note(answer: JsonObject): void;
  /** The usage with what was looked up so far. */
  beside(usage: TokenUsage | null): TokenUsage | null;
}

/** Empty queries and repeated ones are not billed: see "Grounding with Google Search" in Gemini's documentation. */
export function createGrounding(): Grounding {
  const queries = new Set<string>();
  let hasPages = false;
  let hasPlaces = false;

  return {
    note({ candidates }) {
      for (const candidate of Array.isArray(candidates) ? candidates : []) {
        const told = isObject(candidate) ? candidate.groundingMetadata : undefined;
        if (!isObject(told)) continue;
        for (const query of Array.isArray(told.webSearchQueries) ? told.webSearchQueries : []) {
          if (typeof query === 'string' && query.trim() !== '') queries.add(query);
        }
        for (const chunk of Array.isArray(told.groundingChunks) ? told.groundingChunks : []) {
          if (!isObject(chunk)) continue;
          if (chunk.web !== undefined) hasPages = true;
          if (chunk.maps !== undefined) hasPlaces = true;
        }
      }
    },
    beside(usage) {
      if (!usage || (queries.size === 0 && !hasPages && !hasPlaces)) return usage;
      const calls: PaidCalls = {
        webSearches: Math.max(queries.size, hasPages ? 1 : 0),
        mapSearches: hasPlaces ? 1 : 0,
      };
      return { ...usage, calls };
    },
  };
}
