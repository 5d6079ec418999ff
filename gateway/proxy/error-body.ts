/** Looks into an error of an upstream before it is decided who hears of it. */
import type { UpstreamAnswer } from './upstream-answer.ts';

const LARGEST_ERROR = 1024 * 1024;

/** Reads the body to its end and puts it back for whoever delivers the answer. */
export function readErrorBody(answer: UpstreamAnswer, done: (error: Error | null, body: Buffer) => void): void {
  const parts: Buffer[] = [];
  let size = 0;
  answer.attach({
    data(bytes) {
      parts.push(bytes);
      size += bytes.length;
      if (size <= LARGEST_ERROR) return;
      answer.cancel();
      done(new Error('The upstream sent an error that is too large.'), EMPTY);
    },
    end() {
      answer.rewind(parts);
      done(null, Buffer.concat(parts, size));
    },
    fail: (error) => done(error, EMPTY),
  });
}

const EMPTY = Buffer.alloc(0);
