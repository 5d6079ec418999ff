/** What the app did, in order, as `object.method detail`. */
export const calls: string[] = [];

export function note(call: string): void {
  calls.push(call);
}

/** Tells the test, which started this process. */
export function report(message: unknown, done?: () => void): void {
  process.send?.(message, () => done?.());
}
