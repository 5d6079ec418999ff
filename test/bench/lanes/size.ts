/** What many records cost: throughput beside an empty database, every list and chart, and streams meanwhile. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { fillSize } from '../support/fill-size.ts';
import { databaseOf, type MeteredFolder, makeFolder, startMetered } from '../support/metered.ts';
import { type LaneReport, type Row, spreadText } from '../support/report.ts';
import type { Rig } from '../support/rig.ts';
import { median, quantile } from '../support/statistics.ts';
import { jsonAnswer } from '../traffic/messages.ts';

const USERS = 10_000;
const RATIO = 0.95;
const QUERY_MS = 100;
const STALL_MS = 20;
const CALLS = 20;
const CONNECTIONS = 64;
const STREAMS = 8;
const OWNER = { email: 'owner@example.com', password: 'bench owner password' };

export async function sizeLane(rig: Rig): Promise<LaneReport> {
  const records = rig.scale.sizeRecords;
  const problems: string[] = [];
  const [empty, full] = [
    withOwner(makeFolder(rig.parent, rig.upstreamPort)),
    withOwner(makeFolder(rig.parent, rig.upstreamPort)),
  ];
  try {
    // The first start makes the schema, the plans and the people who share the load.
    await (await startMetered(full)).stop();
    const file = databaseOf(full);
    const seconds = fillSize(file, { records, users: USERS }, Date.now());
    const gigabytes = statSync(file).size / 1e9;
    rig.note(`size: ${records} records of ${USERS} users in ${seconds.toFixed(0)} s, ${gigabytes.toFixed(1)} GB`);

    const ratios = await throughput(rig, empty, full, problems);
    const { queries, delays } = await questions(rig, full, problems);
    const slowest = queries.toSorted((a, b) => b.p95Ms - a.p95Ms)[0];
    const stall = Math.max(...delays);
    const row = (more: Pick<Row, 'what' | 'metered' | 'figure' | 'spread' | 'budget' | 'ok'>): Row => ({
      lane: 'size',
      bare: '',
      ...more,
    });
    const size = `${(records / 1e6).toLocaleString('en')} M records`;
    return {
      rows: [
        row({
          what: `JSON requests, ${size} ÷ empty`,
          metered: '',
          figure: `ratio ${median(ratios).toFixed(3)}`,
          spread: spreadText(ratios, 2),
          budget: `≥ ${RATIO}`,
          ok: median(ratios) >= RATIO,
        }),
        row({
          what: `slowest of ${queries.length} lists and charts`,
          metered: slowest?.path.slice(0, 60) ?? '',
          figure: `p95 ${slowest?.p95Ms.toFixed(0)} ms`,
          spread: spreadText(
            queries.map(({ p95Ms }) => p95Ms),
            0,
          ),
          budget: `≤ ${QUERY_MS} ms`,
          ok: (slowest?.p95Ms ?? 0) <= QUERY_MS,
        }),
        row({
          what: 'longest stall of a stream meanwhile',
          metered: `${delays.length} chunks`,
          figure: `${stall.toFixed(1)} ms`,
          spread: `p50 ${median(delays).toFixed(1)}, p99 ${quantile(delays, 0.99).toFixed(1)}`,
          budget: `≤ ${STALL_MS} ms`,
          ok: stall <= STALL_MS,
        }),
      ],
      problems,
      raw: { records, users: USERS, fillSeconds: seconds, gigabytes, ratios, queries, stallMs: stall },
    };
  } finally {
    empty.remove();
    full.remove();
  }
}

async function throughput(rig: Rig, empty: MeteredFolder, full: MeteredFolder, problems: string[]): Promise<number[]> {
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
    for (const side of sides) await run(side);
    for (let pair = 0; pair < rig.scale.pairs; pair++) {
      for (const side of pair % 2 === 0 ? sides : sides.toReversed()) rates[side.name]?.push(await run(side));
      rig.note(
        `size ${pair + 1}/${rig.scale.pairs}: empty ${rates.empty?.at(-1)?.toFixed(0)}/s, full ${rates.full?.at(-1)?.toFixed(0)}/s`,
      );
    }
  } finally {
    for (const { process } of sides) await process.stop();
  }
  return (rates.full ?? []).map((rate, pair) => rate / (rates.empty?.[pair] ?? Number.NaN));
}

interface Question {
  path: string;
  p50Ms: number;
  p95Ms: number;
}

async function questions(rig: Rig, full: MeteredFolder, problems: string[]) {
  const gateway = await startMetered(full);
  const url = `http://127.0.0.1:${gateway.port}`;
  const delays: number[] = [];
  const queries: Question[] = [];
  try {
    const token = await signIn(url);
    const get = async (path: string) => {
      const startedAt = performance.now();
      const response = await fetch(url + path, { headers: { authorization: `Bearer ${token}` } });
      const text = await response.text();
      if (response.status !== 200) problems.push(`size: ${path} answered ${response.status} ${text.slice(0, 200)}`);
      return {
        ms: performance.now() - startedAt,
        body: JSON.parse(text) as { items?: { id: string }[]; nextCursor?: string },
      };
    };
    const { body } = await get('/api/admin/users?search=person00042');
    const paths = await allPaths(body.items?.[0]?.id ?? '', get);
    let asking = true;
    const streaming = (async () => {
      while (asking) {
        const { delaysMs, problems: found } = await rig.paced({
          port: gateway.port,
          connections: STREAMS,
          streamsPerConnection: 5,
        });
        delays.push(...delaysMs);
        problems.push(...found.map((problem) => `size, streams: ${problem}`));
      }
    })();
    for (const path of paths) {
      const times: number[] = [];
      for (let call = 0; call < CALLS; call++) {
        times.push((await get(path)).ms);
        // As many calls as an operator may make in a second.
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      queries.push({ path, p50Ms: median(times), p95Ms: quantile(times, 0.95) });
      rig.note(
        `size ${path.slice(0, 110)}: p50 ${median(times).toFixed(1)} ms, p95 ${quantile(times, 0.95).toFixed(1)} ms`,
      );
    }
    asking = false;
    await streaming;
  } finally {
    await gateway.stop();
  }
  return { queries, delays };
}

/** Every list and chart of the console, with the filters that people use, and a page further on. */
async function allPaths(
  userId: string,
  get: (path: string) => Promise<{ body: { nextCursor?: string } }>,
): Promise<string[]> {
  const day = (back: number) => new Date(Date.now() - back * 86_400_000).toISOString().slice(0, 10);
  const lists = [
    '/api/admin/stats',
    '/api/admin/users',
    '/api/admin/users?sort=-used',
    '/api/admin/users?sort=usagePercent',
    '/api/admin/users?sort=email&limit=200',
    '/api/admin/users?search=person00',
    '/api/admin/users?status=active&plan=pro&usageLevel=high',
    `/api/admin/users/${userId}`,
    `/api/admin/users/${userId}/stats`,
    `/api/admin/users/${userId}/usage`,
    `/api/admin/users/${userId}/ledger`,
    '/api/admin/usage',
    '/api/admin/usage?outcome=client_aborted',
    '/api/admin/usage?outcome=ok',
    '/api/admin/usage?model=model-3',
    `/api/admin/usage?user=${userId}&model=model-3`,
    `/api/admin/usage?user=${userId}&outcome=client_aborted`,
    `/api/admin/usage?from=${day(200)}&to=${day(190)}`,
    `/api/admin/usage?user=${userId}&from=${day(300)}&to=${day(10)}&sort=createdAt`,
    '/api/admin/usage?outcome=pending',
    '/api/admin/usage?outcome=upstream_error',
    '/api/admin/ledger',
    '/api/admin/ledger?kind=grant',
    '/api/admin/ledger?kind=debit',
    `/api/admin/ledger?user=${userId}&from=${day(200)}`,
    '/api/admin/refusals',
    '/api/admin/audit',
    '/api/admin/reports/usage?groupBy=day',
    `/api/admin/reports/usage?groupBy=day&from=${day(364)}&to=${day(1)}`,
    `/api/admin/reports/usage?groupBy=month&from=${day(364)}&to=${day(1)}`,
    `/api/admin/reports/usage?groupBy=model&from=${day(364)}&to=${day(1)}`,
    `/api/admin/reports/usage?groupBy=department&from=${day(364)}&to=${day(1)}`,
    '/api/admin/reports/usage?groupBy=user',
    `/api/admin/reports/usage?groupBy=user&from=${day(364)}&to=${day(1)}`,
    `/api/admin/reports/usage?groupBy=day&user=${userId}&from=${day(364)}&to=${day(1)}`,
  ];
  const { body } = await get('/api/admin/usage?limit=200');
  const next = body.nextCursor ? [`/api/admin/usage?limit=200&cursor=${encodeURIComponent(body.nextCursor)}`] : [];
  return [...lists, ...next];
}

async function signIn(url: string): Promise<string> {
  const response = await fetch(`${url}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(OWNER),
  });
  return ((await response.json()) as { token: string }).token;
}

function withOwner(folder: MeteredFolder): MeteredFolder {
  const config = JSON.parse(readFileSync(folder.configFile, 'utf8')) as object;
  writeFileSync(folder.configFile, JSON.stringify({ ...config, operators: [{ ...OWNER, role: 'owner' }] }));
  return folder;
}
