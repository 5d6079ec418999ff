/** One answer of an upstream, as undici hands it over: callbacks in, a sink attached when its kind is known. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import type { Dispatcher } from 'undici';

export interface AnswerSink {
  data(bytes: Buffer): void;
  end(): void;
  /** The answer broke off: connection lost, timed out, or its encoding is broken. Not called after `cancel`. */
  fail(error: Error): void;
}

type Headers = (
  error: Error | null,
  answer?: { statusCode: number; headers: IncomingHttpHeaders; body: UpstreamAnswer },
) => void;

/** How long the headers of a success wait for the first byte behind them: till then another upstream can be asked. */
const FIRST_BYTE_WAIT_MS = 5_000;

/** Receives one answer. Bytes that arrive before a sink is attached wait here. */
export class UpstreamAnswer implements Dispatcher.DispatchHandler {
  /** 0 until anything was said; below 200 until it was the answer. */
  statusCode = 0;
  headers: IncomingHttpHeaders = {};
  /** The headers were handed over although no byte had come by then. */
  isSilent = false;
  #isSent = false;
  #waitForByte: NodeJS.Timeout | null = null;
  #onHeaders: Headers | null;
  #controller: Dispatcher.DispatchController | null = null;
  #sink: AnswerSink | null = null;
  #decoder: Transform | null = null;
  #waiting: Buffer[] = [];
  #ended = false;
  #error: Error | null = null;
  #cancelled = false;

  constructor(onHeaders: Headers) {
    this.#onHeaders = onHeaders;
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#cancelled) controller.abort(new Error('cancelled'));
    else this.#isSent = true;
  }

  /** Whether the upstream may be at work on the prompt: it was sent, and not refused. */
  get mayHaveRead(): boolean {
    return this.#isSent && this.statusCode < 300;
  }

  onResponseStart(controller: Dispatcher.DispatchController, statusCode: number, headers: IncomingHttpHeaders): void {
    this.statusCode = statusCode;
    if (statusCode < 200) return;
    this.headers = headers;
    const coding = String(headers['content-encoding'] ?? '')
      .trim()
      .toLowerCase();
    const decode = DECODERS.get(coding);
    this.#decoder = decode ? decode() : null;
    if (statusCode >= 300) this.#handOver();
    else {
      this.#waitForByte = setTimeout(() => {
        this.isSilent = true;
        this.#handOver();
      }, FIRST_BYTE_WAIT_MS).unref();
    }
    if (!decode && coding !== '' && coding !== 'identity') controller.abort(new Error(`unknown coding ${coding}`));
  }

  onResponseData(_controller: Dispatcher.DispatchController, bytes: Buffer): void {
    if (this.#sink) this.#deliver(bytes);
    else this.#waiting.push(bytes);
    this.#handOver();
  }

  onResponseEnd(): void {
    this.#ended = true;
    if (this.#sink) this.#finish();
    else this.#handOver();
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    const onHeaders = this.#takeOnHeaders();
    if (onHeaders) return onHeaders(error);
    this.#fail(error);
  }

  attach(sink: AnswerSink): void {
    this.#sink = sink;
    this.#decoder?.on('data', (bytes: Buffer) => this.#cancelled || sink.data(bytes));
    this.#decoder?.on('end', () => this.#cancelled || sink.end());
    this.#decoder?.on('error', (error) => {
      if (!this.#cancelled) this.#controller?.abort(error);
      this.#fail(error);
    });
    for (const bytes of this.#waiting) this.#deliver(bytes);
    this.#waiting = [];
    if (this.#error) this.#fail(this.#error);
    else if (this.#ended) this.#finish();
  }

  /** After its end: hands the same bytes, now decoded, to the next sink. */
  rewind(bytes: readonly Buffer[]): void {
    this.#sink = null;
    this.#decoder = null;
    this.#waiting = [...bytes];
  }

  pause(): void {
    this.#controller?.pause();
    this.#decoder?.pause();
  }

  resume(): void {
    this.#decoder?.resume();
    this.#controller?.resume();
  }

  /** Ends the call at the upstream; the sink hears nothing more. */
  cancel(): void {
    if (this.#cancelled) return;
    this.#cancelled = true;
    if (!this.#ended) this.#controller?.abort(new Error('cancelled'));
    this.#decoder?.destroy();
  }

  /** For @fastify/reply-from, which ends answers that nobody waits for any more. */
  destroy(): void {
    this.cancel();
  }

  #handOver(): void {
    this.#takeOnHeaders()?.(null, { statusCode: this.statusCode, headers: this.headers, body: this });
  }

  #takeOnHeaders(): Headers | null {
    const onHeaders = this.#onHeaders;
    this.#onHeaders = null;
    if (this.#waitForByte) clearTimeout(this.#waitForByte);
    this.#waitForByte = null;
    return onHeaders;
  }

  #deliver(bytes: Buffer): void {
    if (this.#cancelled) return;
    if (this.#decoder) this.#decoder.write(bytes);
    else this.#sink?.data(bytes);
  }

  #finish(): void {
    if (this.#cancelled) return;
    if (this.#decoder) this.#decoder.end();
    else this.#sink?.end();
  }

  #fail(error: Error): void {
    if (this.#cancelled) return;
    this.#error = error;
    if (!this.#sink) return;
    this.#cancelled = true;
    this.#sink.fail(error);
  }
}

/** Upstreams are not asked to compress; those that do all the same are read here and delivered plain. */
const DECODERS: ReadonlyMap<string, () => Transform> = new Map<string, () => Transform>([
  ['gzip', () => createGunzip()],
  ['x-gzip', () => createGunzip()],
  ['deflate', () => createInflate()],
  ['br', () => createBrotliDecompress()],
  ['zstd', () => createZstdDecompress()],
]);
