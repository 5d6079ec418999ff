/** What many records cost: throughput beside an empty database, every list and chart, and streams meanwhile. */
import { statSync } from 'node:fs';
import { signInBoth } from '../support/console-client.ts';
import type { Filled } from '../support/filled.ts';
import { databaseOf, type MeteredFolder, makeFolder, startMetered } from '../support/metered.ts';
import { allQuestions } from '../support/questions.ts';
import { type LaneReport, type Row, spreadText } from '../support/report.ts';
import type { Rig } from '../support/rig.ts';
import { median, quantile } from '../support/statistics.ts';
import { jsonAnswer } from '../traffic/messages.ts';
import { WARM_UP_ROUNDS } from './throughput.ts';

const RATIO = 0.95;
const QUERY_MS = 100;
const STALL_MS = 20;
const CALLS = 20;
/** Between two calls: an operator may make fifty in a second. */
const PAUSE_MS = 25;
const CONNECTIONS = 64;
const STREAMS = 8;
/** Streams beside them that go to the upstream without a gateway: what delays these, too, is the bench's own. */
const STRAIGHT = 2;

export async function sizeLane(rig: Rig): Promise<LaneReport> {
  const full = await rig.filled();
  const gigabytes = statSync(databaseOf(full)).size / 1e9;
  const problems: string[] = [];
  const ratios = await throughput(rig, full, problems);
  const { answers, delays, straight } = await questions(rig, full, problems);
  const slowest = answers.toSorted((a, b) => b.p95Ms - a.p95Ms);
  for (const { path, p50Ms, p95Ms } of slowest.slice(0, 12)) {
    rig.note(`size, slowest: p50 ${p50Ms.toFixed(0)} ms, p95 ${p95Ms.toFixed(0)} ms ${path}`);
  }
  const [first] = slowest;
  const stall = longest(delays);
  const row = (more: Omit<Row, 'lane' | 'bare'> & Partial<Pick<Row, 'bare'>>): Row => ({
    lane: 'size',
    bare: '',
    ...more,
  });
  return {
    rows: [
      row({
        what: `JSON requests, ${(full.records / 1e6).toLocaleString('en')} M records ÷ empty`,
        metered: '',
        figure: `ratio ${median(ratios).toFixed(3)}`,
        spread: spreadText(ratios, 2),
        budget: `≥ ${RATIO}`,
        ok: median(ratios) >= RATIO,
      }),
      row({
        what: `slowest of ${answers.length} lists and charts`,
        metered: first?.path.slice(0, 60) ?? '',
        figure: `p95 ${first?.p95Ms.toFixed(0)} ms`,
        spread: spreadText(
          answers.map(({ p95Ms }) => p95Ms),
          0,
        ),
        budget: `≤ ${QUERY_MS} ms`,
        ok: (first?.p95Ms ?? 0) <= QUERY_MS,
      }),
      row({
        what: 'longest stall of a stream meanwhile',
        bare: `straight ${longest(straight).toFixed(1)} ms`,
        metered: `${delays.length} chunks`,
        figure: `${stall.toFixed(1)} ms`,
        spread: `p50 ${median(delays).toFixed(1)}, p99 ${quantile(delays, 0.99).toFixed(1)}`,
        budget: `≤ ${STALL_MS} ms`,
        ok: stall <= STALL_MS,
      }),
    ],
    problems,
    raw: {
      records: full.records,
      users: full.users,
      fillSeconds: full.fillSeconds,
      marksSeconds: full.marksSeconds,
      gigabytes,
      ratios,
      answers,
      stallMs: stall,
      straightStallMs: longest(straight),
    },
  };
}

function longest(delays: readonly number[]): number {
  return delays.reduce((most, delay) => Math.max(most, delay), 0);
}

async function throughput(rig: Rig, full: Filled, problems: string[]): Promise<number[]> {
  const empty: MeteredFolder = makeFolder(rig.parent, rig.upstreamPort, { owner: true });
  const sides = [
    { name: 'empty', process: await startMetered(empty) },
    { name: 'full', process: await startMetered(full) },
  ];
  const rates: Record<string, number[]> = { empty: [], full: [] };
  const run = async ({ name, process }: (typeof sides)[number]) => {
    const result = await rig.load({
      port: process.port,
      streamed: false,
      connections: CONNECTIONS,
      until: { warmUpMs: rig.scale.warmUpMs, measureMs: rig.scale.measureMs },
      expectedBody: jsonAnswer(),
      sampleEvery: 50,
    });
    problems.push(...result.problems.map((problem) => `size, ${name}: ${problem}`));
    return result.perSecond;
  };
  try {
    for (const side of sides) for (let round = 0; round < WARM_UP_ROUNDS; round += 1) await run(side);
    for (let pair = 0; pair < rig.scale.pairs; pair++) {
      for (const side of pair % 2 === 0 ? sides : sides.toReversed()) rates[side.name]?.push(await run(side));
      rig.note(
        `size ${pair + 1}/${rig.scale.pairs}: empty ${rates.empty?.at(-1)?.toFixed(0)}/s, full ${rates.full?.at(-1)?.toFixed(0)}/s`,
      );
    }
  } finally {
    for (const { process } of sides) await process.stop();
    empty.remove();
  }
  return (rates.full ?? []).map((rate, pair) => rate / (rates.empty?.[pair] ?? Number.NaN));
}

interface Answered {
  path: string;
  p50Ms: number;
  p95Ms: number;
}

async function questions(rig: Rig, full: Filled, problems: string[]) {
  const gateway = await startMetered(full);
  const delays: number[] = [];
  const straight: number[] = [];
  const answers: Answered[] = [];
  let asking = true;
  let asked = 'the start';
  let streaming: Promise<void> = Promise.resolve();
  try {
    const client = await signInBoth(`http://127.0.0.1:${gateway.port}`, async (ask) => {
      const { items } = await ask('/api/admin/users?search=person00042');
      return items?.[0]?.id ?? '';
    });
    const found = await allQuestions(client.ask, client.userId);
    problems.push(...found.problems.map((problem) => `size: ${problem}`));
    streaming = (async () => {
      while (asking) {
        const from = asked;
        const [through, beside] = await Promise.all([
          rig.paced({ port: gateway.port, connections: STREAMS, streamsPerConnection: 5 }),
          rig.paced({ port: rig.upstreamPort, connections: STRAIGHT, streamsPerConnection: 5 }),
        ]);
        delays.push(...through.delaysMs);
        straight.push(...beside.delaysMs);
        const stall = longest(through.delaysMs);
        if (stall > STALL_MS) rig.note(`size, a stall of ${stall.toFixed(1)} ms between ${from} and ${asked}`);
        const wrong = [...through.problems, ...beside.problems];
        problems.push(...wrong.map((problem) => `size, streams: ${problem}`));
      }
    })();
    for (const question of found.questions) {
      const times: number[] = [];
      asked = question.path;
      try {
        for (let call = 0; call < CALLS; call++) {
          times.push(await client.time(question));
          await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
        }
      } catch (error) {
        problems.push(`size: ${error instanceof Error ? error.message : String(error)}`);
        continue;
      }
      const answer = { path: question.path, p50Ms: median(times), p95Ms: quantile(times, 0.95) };
      answers.push(answer);
      rig.note(
        `size p50 ${answer.p50Ms.toFixed(1)} ms, p95 ${answer.p95Ms.toFixed(1)} ms ${question.path.slice(0, 110)}`,
      );
    }
  } finally {
    asking = false;
    await streaming;
    await gateway.stop();
  }
  return { answers, delays, straight };
}
