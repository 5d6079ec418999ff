/** Reading what a metered route has refused. */
import assert from 'node:assert/strict';
import type { WireAnswer } from './wire.ts';

/** The `error` of an answer's body; what holds none is shown as it came, so that a failed test says what it met. */
// biome-ignore lint/suspicious/noExplicitAny: each dialect has errors of its own shape, which the tests compare.
export function errorIn({ status, text }: Pick<WireAnswer, 'status' | 'text'>): any {
  const error = parsed(text)?.error;
  assert.ok(
    error,
    `An error was expected, and the answer was ${status} ${text === '' ? 'without a body' : text.slice(0, 500)}`,
  );
  return error;
}

function parsed(text: string): { error?: unknown } | null {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
