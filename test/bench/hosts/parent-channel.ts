/** A child process that answers calls of the bench, one promise for each. */

export interface ParentRequest<Call> {
  id: number;
  call: Call;
}

export type ParentReply = { id: number; value: unknown } | { id: number; error: string };

/** Answers every call with `handle`, and ends the process when the parent has gone. */
export function answerParent<Call>(handle: (call: Call) => Promise<unknown>): void {
  process.on('message', ({ id, call }: ParentRequest<Call>) => {
    handle(call).then(
      (value) => process.send?.({ id, value } satisfies ParentReply),
      (error: unknown) => {
        const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
        process.send?.({ id, error: text } satisfies ParentReply);
      },
    );
  });
  process.on('disconnect', () => process.exit(0));
}
