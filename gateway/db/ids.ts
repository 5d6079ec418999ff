/** Ids made by the application: `<prefix>_<uuid v7 without dashes>`, so that they sort by time. */
import { v7 } from 'uuid';

export type IdPrefix = 'usr' | 'req' | 'led' | 'key' | 'ups' | 'dep' | 'opr' | 'ses' | 'tok' | 'aud' | 'alr' | 'gtw';

/** A new id. `at` is epoch milliseconds from the injected clock. */
export function newId(prefix: IdPrefix, at: number): string {
  return `${prefix}_${v7({ msecs: at }).replaceAll('-', '')}`;
}

/** What every id made at `at` or later sorts after, and every earlier one before. */
export function firstIdAt(prefix: IdPrefix, at: number): string {
  return `${prefix}_${Math.max(0, at).toString(16).padStart(12, '0')}`;
}
