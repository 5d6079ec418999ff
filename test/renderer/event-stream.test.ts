import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { openEventStream } from '../../renderer/console/live/event-stream.ts';

const CONNECTED = new TextEncoder().encode('data: {"kind":"connected"}\n\n');
const STILL_THERE = new TextEncoder().encode(': still there\n\n');

/** A gateway whose stream says what the test lets it, on a clock that stands still. */
function listen(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const lines: ReadableStreamDefaultController<Uint8Array>[] = [];
  t.mock.method(globalThis, 'fetch', async (_path: string, { signal }: { signal: AbortSignal }) => {
    const body = new ReadableStream<Uint8Array>({
      start(line) {
        lines.push(line);
        signal.addEventListener('abort', () => line.error(signal.reason));
      },
    });
    return new Response(body);
  });
  const states: string[] = [];
  const heard: number[] = [];
  const end = openEventStream({
    token: () => 'token',
    onEvent: () => undefined,
    onState: (state) => states.push(state),
    onHeard: () => heard.push(Date.now()),
  });
  t.after(end);
  /** Lets everything happen that waits for no clock. */
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  const say = async (what: Uint8Array) => {
    lines.at(-1)?.enqueue(what);
    await settle();
  };
  const pass = async (milliseconds: number) => {
    t.mock.timers.tick(milliseconds);
    await settle();
    await settle();
  };
  return { states, heard, lines, say, pass, settle };
}

test('a line that is silent counts as lost within five seconds, and one that says only that it is there does not', async (t) => {
  const { states, heard, say, pass, settle } = listen(t);
  await settle();
  await say(CONNECTED);
  for (let seconds = 0; seconds < 60; seconds += 4) {
    await pass(4_000);
    await say(STILL_THERE);
  }
  assert.deepEqual(states, ['connecting', 'live']);
  assert.equal(heard.at(-1), 60_000, 'what is shown is as old as the last word');
  await pass(4_999);
  assert.deepEqual(states, ['connecting', 'live', 'lost']);
  assert.equal(heard.at(-1), 60_000);
});

test('a lost line is tried again, later each time but never later than twenty seconds, and is live at the first word', async (t) => {
  const { states, lines, say, pass, settle } = listen(t);
  await settle();
  await say(CONNECTED);
  lines.at(-1)?.error(new Error('gone'));
  await settle();
  await settle();
  assert.equal(states.at(-1), 'lost');
  const waits: number[] = [];
  for (let attempt = 0; attempt < 9; attempt++) {
    const before = lines.length;
    let waited = 0;
    while (lines.length === before && waited <= 20_000) {
      waited += 125;
      await pass(125);
    }
    assert.equal(lines.length, before + 1, 'it is tried again');
    waits.push(waited);
    lines.at(-1)?.error(new Error('refused'));
    await settle();
    await settle();
  }
  assert.ok((waits[0] ?? 0) <= 1_000 && (waits.at(-1) ?? 0) > 10_000, `each wait in turn: ${waits}`);
  assert.equal(states.at(-1), 'lost');
  await pass(20_000);
  await say(CONNECTED);
  assert.equal(states.at(-1), 'live');
});
