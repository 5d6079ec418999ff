/** Content codings of an answer: right, broken, and claimed only. */
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import type { Knobs } from './knobs.ts';

type Coding = NonNullable<Knobs['encoding']>;
type Compressor = zlib.Gzip | zlib.Deflate | zlib.BrotliCompress | zlib.ZstdCompress;

export interface BodyEncoder {
  /** Value of `content-encoding`; null for none. */
  readonly header: string | null;
  /** The bytes that carry all of what was put in so far. */
  push(bytes: Buffer): Promise<Buffer>;
  /** What still follows at the end. */
  finish(): Promise<Buffer>;
}

export function createBodyEncoder(coding: Coding): BodyEncoder {
  if (coding === 'identity' || coding === 'gzip-claimed') {
    const header = coding === 'identity' ? null : 'gzip';
    return { header, push: async (bytes) => bytes, finish: async () => Buffer.alloc(0) };
  }
  const stream = createStream(coding);
  const header = coding.startsWith('gzip') ? 'gzip' : coding;
  let out: Buffer[] = [];
  let pushes = 0;
  let kept: Buffer = Buffer.alloc(0);
  stream.on('data', (bytes: Buffer) => out.push(bytes));
  const flush = promisify((done: (error?: Error | null) => void) => stream.flush(() => done()));
  const taken = () => {
    const bytes = Buffer.concat(out);
    out = [];
    return bytes;
  };
  /** `gzip-truncated` runs one push behind, so that half of the last one can get lost. */
  const spoil = (bytes: Buffer): Buffer => {
    if (coding === 'gzip-corrupt' && pushes > 1) return nonsense(bytes);
    if (coding !== 'gzip-truncated') return bytes;
    const due = kept;
    kept = bytes;
    return due;
  };
  return {
    header,
    async push(bytes) {
      stream.write(bytes);
      await flush();
      pushes += 1;
      return spoil(taken());
    },
    async finish() {
      const ended = new Promise((resolve) => stream.once('end', resolve));
      stream.end();
      await ended;
      if (coding === 'gzip-truncated') return kept.subarray(0, Math.floor(kept.length / 2));
      pushes += 1;
      return spoil(taken());
    },
  };
}

/** Whether a client can read the body to its end. */
export function isReadable(coding: Coding | undefined): boolean {
  return coding !== 'gzip-corrupt' && coding !== 'gzip-claimed';
}

function createStream(coding: Exclude<Coding, 'identity' | 'gzip-claimed'>): Compressor {
  if (coding === 'br') return zlib.createBrotliCompress();
  if (coding === 'deflate') return zlib.createDeflate();
  if (coding === 'zstd') return zlib.createZstdCompress();
  return zlib.createGzip();
}

/** What was pushed first stays readable; then comes a block of type 3, which deflate does not have. */
function nonsense(bytes: Buffer): Buffer {
  return Buffer.alloc(Math.max(8, bytes.length), 0xff);
}
