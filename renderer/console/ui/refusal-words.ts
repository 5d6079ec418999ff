/** What the gateway refused, in the reader's language; in its own words where the catalogue has none. */
import i18next from 'i18next';

export interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly rule?: string | null;
  readonly values?: Readonly<Record<string, string | number>>;
  readonly retryAfterSeconds?: number | null;
}

/** @param kind `upstream` for what a test of an upstream found, whose codes mean other things */
export function refusalWords(refusal: Refusal, kind: 'codes' | 'upstream' = 'codes'): string {
  const { code, message, rule, values, retryAfterSeconds } = refusal;
  // Looked up by the gateway's codes, which the catalogue's type cannot know.
  const look = i18next.getFixedT(null, 'refusals') as unknown as (keys: string[], options: object) => string;
  const keys = [...(rule ? [`rules.${rule}`] : []), `${kind}.${code}`];
  return look(keys, { ...values, seconds: retryAfterSeconds ?? 60, defaultValue: message });
}

/** Whether the catalogue has words of its own for it. */
export function isTold(code: string): boolean {
  return i18next.exists(`codes.${code}`, { ns: 'refusals' });
}
