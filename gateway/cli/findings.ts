/** What `doctor` finds. */

export interface Finding {
  /** Machine-readable, snake case. */
  readonly id: string;
  readonly status: 'ok' | 'warn' | 'fail';
  /** One sentence. */
  readonly message: string;
  /** What to do about it. */
  readonly advice: string | null;
}

export const ok = (id: string, message: string): Finding => ({ id, status: 'ok', message, advice: null });
export const warn = (id: string, message: string, advice: string): Finding => ({ id, status: 'warn', message, advice });
export const fail = (id: string, message: string, advice: string): Finding => ({ id, status: 'fail', message, advice });
