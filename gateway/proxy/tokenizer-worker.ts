/** A thread that counts tokens, so that long prompts hold up neither streams nor each other. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { parentPort } from 'node:worker_threads';
import { textPieces } from './text-pieces.ts';

export type Encoding = 'o200k_base' | 'cl100k_base';

export interface CountRequest {
  readonly id: number;
  readonly encoding: Encoding;
  readonly texts: readonly string[];
  /** Counting ends when there are more. */
  readonly most: number;
  readonly isUrgent: boolean;
}

/** Nobody waits for this count any more. */
export interface DropRequest {
  readonly drop: number;
}

export interface CountReply {
  readonly id: number;
  readonly tokens: number;
}

type CountTokens = (text: string, options: { disallowedSpecial: Set<string> }) => number;

interface Job {
  readonly request: CountRequest;
  readonly pieces: Generator<string>;
  tokens: number;
  isDropped: boolean;
}

const LOADERS: Record<Encoding, () => Promise<{ countTokens: unknown }>> = {
  o200k_base: () => import('gpt-tokenizer/encoding/o200k_base'),
  cl100k_base: () => import('gpt-tokenizer/encoding/cl100k_base'),
};
/** Text that looks like a special token is counted as the text that it is. */
const AS_TEXT = { disallowedSpecial: new Set<string>() };
/** How long one count may go on while others wait. */
const TURN_MS = 10;
/** Of so many turns one is a hold's while settlements wait. */
const TURNS = 4;

const port = parentPort;
if (!port) throw new Error('tokenizer-worker runs as a worker thread only');

const jobs = new Map<number, Job>();
const urgent: Job[] = [];
const others: Job[] = [];
let turns = 0;
let isRunning = false;

port.on('message', (message: CountRequest | DropRequest) => {
  if ('drop' in message) {
    const job = jobs.get(message.drop);
    if (job) job.isDropped = true;
    return;
  }
  const job: Job = { request: message, pieces: allPieces(message.texts), tokens: 0, isDropped: false };
  jobs.set(message.id, job);
  queueOf(job).push(job);
  if (!isRunning) void run();
});

async function run(): Promise<void> {
  isRunning = true;
  for (let job = next(); job; job = next()) {
    const countTokens = (await LOADERS[job.request.encoding]()).countTokens as CountTokens;
    if (job.isDropped || goOn(job, countTokens)) jobs.delete(job.request.id);
    else queueOf(job).push(job);
    // What was asked or dropped meanwhile is heard here.
    await nextTurn();
  }
  isRunning = false;
}

/** @returns whether the job is done */
function goOn(job: Job, countTokens: CountTokens): boolean {
  const { id, most } = job.request;
  const until = performance.now() + TURN_MS;
  for (;;) {
    const { value, done } = job.pieces.next();
    if (!done) job.tokens += countTokens(value, AS_TEXT);
    if (done || job.tokens > most) {
      port?.postMessage({ id, tokens: job.tokens } satisfies CountReply);
      return true;
    }
    if (performance.now() >= until) return false;
  }
}

function next(): Job | undefined {
  const isUrgent = urgent.length > 0 && (others.length === 0 || ++turns % TURNS !== 0);
  return (isUrgent ? urgent : others).shift();
}

function queueOf({ request }: Job): Job[] {
  return request.isUrgent ? urgent : others;
}

function* allPieces(texts: readonly string[]): Generator<string> {
  for (const text of texts) yield* textPieces(text);
}
