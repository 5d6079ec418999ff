/** What the parts of the ledger's contract share. */
import assert from 'node:assert/strict';
import type { LedgerKit } from './ledger-kit.ts';

/** Registers a test that starts with an empty ledger. */
export type LedgerTest = (name: string, body: (kit: LedgerKit) => Promise<void>) => void;

/** Narrows a result to one kind, or fails with all of it. */
export function expectKind<R extends { kind: string }, K extends R['kind']>(
  result: R,
  kind: K,
): Extract<R, { kind: K }> {
  assert.equal(result.kind, kind, JSON.stringify(result));
  return result as Extract<R, { kind: K }>;
}
