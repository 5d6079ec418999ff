/** Closed-loop load: every connection has one request in flight, for a time or for a number of requests. */
import { bodyOf, type LoadConnection, openLoadConnection } from './load-connection.ts';
import { sharedMicros } from './messages.ts';

export interface LoadOrder {
  port: number;
  /** Whole requests; each connection repeats one of them. */
  requests: readonly string[];
  connections: number;
  until: { warmUpMs: number; measureMs: number } | { answers: number };
  /** What the body of each answer must be; every `sampleEvery`-th is compared byte for byte. */
  expectedBody: string;
  sampleEvery: number;
  /** Whether the result has every latency. */
  keepLatencies?: boolean;
}

export interface LoadResult {
  /** All answers, those of the warm-up included: what the ledger must have seen. */
  answers: number;
  /** Answers per second in the measured time. */
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** Sorted; only where the order asks for them. */
  latenciesMs?: number[];
  compared: number;
  /** Wrong statuses, wrong bytes, broken connections: the first few, in words. */
  problems: string[];
  problemCount: number;
}

const PROBLEMS_SHOWN = 5;

/** Runs the load and waits until the last answer has ended, so that no request is cut off. */
export async function runLoad(order: LoadOrder): Promise<LoadResult> {
  const { until } = order;
  const latenciesMs: number[] = [];
  const problems: string[] = [];
  let problemCount = 0;
  let answers = 0;
  let sent = 0;
  let compared = 0;
  let measured = 0;
  let measuring = 'answers' in until;
  let stopped = false;
  let startedAt = performance.now();
  let endedAt = startedAt;

  const problem = (text: string) => {
    problemCount += 1;
    if (problems.length < PROBLEMS_SHOWN) problems.push(text.slice(0, 600));
  };
  const mayGoOn = () => !stopped && (!('answers' in until) || sent < until.answers);

  const runConnection = (index: number) =>
    new Promise<void>((resolve) => {
      const request = Buffer.from(order.requests[index % order.requests.length] ?? '');
      let connection: LoadConnection | null = null;
      let sentAt = 0;
      const next = () => {
        if (!connection || !mayGoOn()) {
          connection?.close();
          return resolve();
        }
        sent += 1;
        sentAt = performance.now();
        connection.send(request, sent % order.sampleEvery === 0);
      };
      openLoadConnection(order.port, {
        onAnswer({ status, raw }) {
          answers += 1;
          if (measuring) {
            measured += 1;
            endedAt = performance.now();
            latenciesMs.push(endedAt - sentAt);
          }
          if (status !== 200) problem(`status ${status}: ${raw ? bodyOf(raw) : ''}`);
          else if (raw) {
            compared += 1;
            const body = bodyOf(raw);
            if (body !== order.expectedBody)
              problem(`other bytes than the upstream's: ${difference(body, order.expectedBody)}`);
          }
          next();
        },
        onError(error) {
          problem(`connection: ${error.message}`);
          resolve();
        },
      }).then(
        (opened) => {
          connection = opened;
          next();
        },
        (error: unknown) => {
          problem(`connect: ${String(error)}`);
          resolve();
        },
      );
    });

  const running = Promise.all(Array.from({ length: order.connections }, (_, index) => runConnection(index)));
  if ('measureMs' in until) {
    await delay(until.warmUpMs);
    measuring = true;
    startedAt = performance.now();
    await delay(until.measureMs);
    endedAt = performance.now();
    measuring = false;
    stopped = true;
  }
  await running;
  latenciesMs.sort((a, b) => a - b);
  return {
    answers,
    perSecond: measured / ((endedAt - startedAt) / 1000),
    p50Ms: latenciesMs[Math.floor(latenciesMs.length * 0.5)] ?? Number.NaN,
    p99Ms: latenciesMs[Math.floor(latenciesMs.length * 0.99)] ?? Number.NaN,
    ...(order.keepLatencies ? { latenciesMs } : {}),
    compared,
    problems,
    problemCount,
  };
}

export interface PacedOrder {
  port: number;
  requests: readonly string[];
  connections: number;
  streamsPerConnection: number;
}

export interface PacedResult {
  answers: number;
  /** Milliseconds from the request to the first streamed text, per stream. */
  firstByteMs: number[];
  /** Milliseconds between the upstream's write and the client's read of each text, the first of a stream left out. */
  delaysMs: number[];
  problems: string[];
}

const STAMP = /"content":"(\d{16})"/g;

/** Streams of stamped events, one after the other on each connection. */
export async function runPaced(order: PacedOrder): Promise<PacedResult> {
  const result: PacedResult = { answers: 0, firstByteMs: [], delaysMs: [], problems: [] };
  await Promise.all(Array.from({ length: order.connections }, (_, index) => runPacedConnection(order, index, result)));
  return result;
}

function runPacedConnection(order: PacedOrder, index: number, result: PacedResult): Promise<void> {
  const request = Buffer.from(order.requests[index % order.requests.length] ?? '');
  return new Promise((resolve) => {
    let connection: LoadConnection | null = null;
    let left = order.streamsPerConnection;
    let sentAt = 0;
    let first = true;
    const next = () => {
      if (!connection || left-- === 0) {
        connection?.close();
        return resolve();
      }
      first = true;
      sentAt = sharedMicros();
      connection.send(request, false);
    };
    openLoadConnection(order.port, {
      onBytes(bytes) {
        const now = sharedMicros();
        for (const [, stamp] of bytes.toString('latin1').matchAll(STAMP)) {
          if (first) result.firstByteMs.push((now - sentAt) / 1000);
          else result.delaysMs.push((now - Number(stamp)) / 1000);
          first = false;
        }
      },
      onAnswer({ status, raw }) {
        result.answers += 1;
        if (status !== 200) result.problems.push(`status ${status}: ${raw ? bodyOf(raw) : ''}`);
        next();
      },
      onError(error) {
        result.problems.push(`connection: ${error.message}`);
        resolve();
      },
    }).then(
      (opened) => {
        connection = opened;
        next();
      },
      (error: unknown) => {
        result.problems.push(`connect: ${String(error)}`);
        resolve();
      },
    );
  });
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function difference(body: string, expected: string): string {
  let at = 0;
  while (at < body.length && body[at] === expected[at]) at += 1;
  return `${body.length} instead of ${expected.length} characters, first difference at ${at}: ${body.slice(at, at + 120)}`;
}
