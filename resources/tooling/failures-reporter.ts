/** A reporter for node:test that writes a JSON line for each failure, and null at the end: what `npm test` tells again. */
import { relative } from 'node:path';
import type { TestEvent } from 'node:test/reporters';
import { root } from '../scripts/run.ts';

export interface Failure {
  /** From the top of the repository. */
  file: string;
  name: string;
  /** What the failed assertion said, with its stack. */
  message: string;
}

export default async function* failures(source: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  for await (const event of source) {
    if (event.type !== 'test:fail') continue;
    const { name, file, details } = event.data;
    // The tests inside it have been told already.
    if ((details.error as { failureType?: string }).failureType === 'subtestsFailed') continue;
    const { cause } = details.error;
    const message = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause ?? details.error);
    yield `${JSON.stringify({ file: file ? relative(root, file) : name, name, message } satisfies Failure)}\n`;
  }
  yield 'null\n';
}
