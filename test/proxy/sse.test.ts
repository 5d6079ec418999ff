/** Event streams are cut into the same events however their bytes arrive, and no byte is lost or moved. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEventSplitter, eventData, splitEvents } from '../../gateway/proxy/sse.ts';
import { type Chance, chance } from '../support/random.ts';
import { parseSse } from '../support/sse.ts';

const ROUNDS = 500;

function randomStream(random: Chance): string {
  const ends = random.pick<string[]>([['\n'], ['\r\n'], ['\r'], ['\n', '\r\n', '\r']]);
  const end = () => random.pick(ends);
  const line = () =>
    random.pick([
      'data: {"a":1}',
      'data:x',
      'data:',
      'data',
      'data:  two',
      ': comment',
      'event: e',
      'id: 1',
      'é€😀',
      'data: [DONE]',
    ]);
  const event = () => Array.from({ length: random.below(4) }, () => line() + end()).join('') + end();
  const bom = random.happens(10) ? '\ufeff' : '';
  const rest = random.happens(30) ? line() : '';
  return bom + Array.from({ length: random.below(8) }, event).join('') + rest;
}

function cutAtRandom(bytes: Buffer, random: Chance): Buffer[] {
  const longest = random.pick([1, 2, 5, 40, 1_000]);
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + random.below(longest);
    parts.push(bytes.subarray(at, at + size));
    at += size;
  }
  return parts;
}

/** The data of all events that have some, as a reader of these events takes it. */
function dataOf(events: readonly Buffer[]): string[] {
  return events.map(eventData).filter((data) => data !== '');
}

function dataByTheBook(text: string): string[] {
  return parseSse(text)
    .map(({ data }) => data)
    .filter((data) => data !== '');
}

test('any stream, cut anywhere, gives the events that the standard says, and all its bytes', () => {
  for (let seed = 0; seed < ROUNDS; seed++) {
    const random = chance(seed);
    const text = randomStream(random);
    const bytes = Buffer.from(text);
    const splitter = createEventSplitter();
    const events: Buffer[] = [];
    for (const part of cutAtRandom(bytes, random)) splitter.push(part, (event) => events.push(Buffer.from(event)));
    assert.deepEqual(dataOf(events), dataByTheBook(text), `seed ${seed}: ${JSON.stringify(text)}`);
    const size = splitter.size();
    const rest = splitter.take();
    assert.equal(rest.length, size, `seed ${seed}`);
    assert.equal(Buffer.concat([...events, rest]).toString(), text, `seed ${seed}`);
    assert.equal(splitter.size(), 0, `seed ${seed}`);
  }
});

test('a whole stream is split as one that comes in parts, and its unfinished event counts too', () => {
  for (let seed = 0; seed < ROUNDS; seed++) {
    const text = randomStream(chance(seed));
    const events = splitEvents(Buffer.from(text));
    assert.equal(Buffer.concat(events).toString(), text, `seed ${seed}`);
    assert.deepEqual(dataOf(events), dataByTheBook(`${text}\n\n`), `seed ${seed}: ${JSON.stringify(text)}`);
  }
});

test('an event is handed over with the byte that ends it, not with the next one', () => {
  for (const end of ['\n', '\r\n', '\r']) {
    const splitter = createEventSplitter();
    const events: string[] = [];
    splitter.push(Buffer.from(`data: 1${end}`), (event) => events.push(event.toString()));
    assert.equal(events.length, 0);
    splitter.push(Buffer.from(end), (event) => events.push(event.toString()));
    assert.deepEqual(events, [`data: 1${end}${end}`]);
    assert.equal(splitter.size(), 0);
  }
});

test('a blank line that is written in two halves belongs to the event before it', () => {
  const splitter = createEventSplitter();
  const events: string[] = [];
  for (const part of ['data: 1\r\n\r', '\n', 'data: 2\r\n\r\n']) {
    splitter.push(Buffer.from(part), (event) => events.push(event.toString()));
  }
  assert.equal(events.join(''), 'data: 1\r\n\r\ndata: 2\r\n\r\n');
  assert.deepEqual(dataOf(events.map((event) => Buffer.from(event))), ['1', '2']);
});

test('a hundred thousand events are split in one pass over their bytes', { timeout: 20_000 }, () => {
  for (const end of ['\n', '\r\n']) {
    const event = `data: ${'x'.repeat(250)}${end}${end}`;
    // To look through the rest for each event would be more than a terabyte.
    assert.equal(splitEvents(Buffer.from(event.repeat(100_000))).length, 100_000);
  }
});

test('data is read as the standard says: one space off, lines joined, the mark at the start ignored', () => {
  const cases: [string, string][] = [
    ['data: {"a":1}\n\n', '{"a":1}'],
    ['data:{"a":1}\n\n', '{"a":1}'],
    ['data: a\ndata: b\n\n', 'a\nb'],
    ['data: a\r\ndata:  b\r\n\r\n', 'a\n b'],
    ['data: a\rdata: b\r\r', 'a\nb'],
    [': comment\nid: 4\ndata: a\n\n', 'a'],
    ['\ufeffdata: a\n\n', 'a'],
    [': data: no\n\n', ''],
    ['\n', ''],
    ['database: no\n\n', ''],
  ];
  for (const [event, data] of cases) assert.equal(eventData(Buffer.from(event)), data, JSON.stringify(event));
});
