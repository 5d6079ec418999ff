/** Requests or streams per second, metered ÷ bare, in interleaved pairs. */
import { startPostgresServer } from '../../support/postgres-server.ts';
import { bookProblems, postgresBookProblems } from '../support/books.ts';
import { makeFolder, startMetered } from '../support/metered.ts';
import { cpuMicros } from '../support/process-figures.ts';
import { type LaneReport, spreadText } from '../support/report.ts';
import type { Rig } from '../support/rig.ts';
import { median } from '../support/statistics.ts';
import { jsonAnswer, streamAnswer } from '../traffic/messages.ts';
import { type BenchWire, OTHER_WIRES } from '../traffic/wires.ts';

export interface ThroughputLane {
  lane: string;
  what: string;
  streamed: boolean;
  /** Default: chat completions. */
  wire?: BenchWire;
  connections: number;
  /** Null only shows. */
  atLeast: number | null;
  commitDelayMs?: number;
  /** The data lies in a Postgres of this machine, whose commits wait for the disk. */
  postgres?: boolean;
}

interface Side {
  name: 'bare' | 'metered';
  pid: number;
  port: number;
}

interface Measurement {
  side: Side['name'];
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  /** CPU time of the process under test per answer; null where the system does not tell. */
  cpuMicros: number | null;
}

/** Until a side is compiled and connected: V8 goes on optimizing for some twelve seconds of full load. */
export const WARM_UP_ROUNDS = 4;
const SAMPLE_EVERY = { json: 50, stream: 20 };

export async function throughputLane(rig: Rig, lane: ThroughputLane): Promise<LaneReport> {
  const { scale } = rig;
  const server = lane.postgres ? await startPostgresServer({ durable: true }) : null;
  const folder = makeFolder(rig.parent, rig.upstreamPort, { databaseUrl: server?.url });
  const bare = await rig.startBare();
  const metered = await startMetered(folder, { commitDelayMs: lane.commitDelayMs });
  const measurements: Measurement[] = [];
  const problems: string[] = [];
  let meteredAnswers = 0;

  const run = async (side: Side, measureMs: number): Promise<Measurement> => {
    const before = cpuMicros(side.pid);
    const result = await rig.load({
      port: side.port,
      streamed: lane.streamed,
      wire: lane.wire,
      connections: lane.connections,
      until: { warmUpMs: scale.warmUpMs, measureMs },
      expectedBody: expectedBody(lane),
      sampleEvery: lane.streamed ? SAMPLE_EVERY.stream : SAMPLE_EVERY.json,
    });
    const after = cpuMicros(side.pid);
    if (side.name === 'metered') meteredAnswers += result.answers;
    problems.push(...result.problems.map((problem) => `${lane.lane}, ${side.name}: ${problem}`));
    if (result.compared === 0) problems.push(`${lane.lane}, ${side.name}: no answer was compared.`);
    const { perSecond, p50Ms, p99Ms, answers } = result;
    const cpu = before === null || after === null ? null : (after - before) / answers;
    return { side: side.name, perSecond, p50Ms, p99Ms, cpuMicros: cpu };
  };

  const sides: [Side, Side] = [
    { name: 'bare', pid: bare.pid, port: bare.port },
    { name: 'metered', pid: metered.pid, port: metered.port },
  ];
  try {
    for (const side of sides) for (let round = 0; round < WARM_UP_ROUNDS; round += 1) await run(side, scale.measureMs);
    for (let pair = 0; pair < scale.pairs; pair += 1) {
      // Who goes first alternates, so that a machine that slows down favours nobody.
      for (const side of pair % 2 === 0 ? sides : sides.toReversed()) {
        const measurement = await run(side, scale.measureMs);
        measurements.push(measurement);
        rig.note(`${lane.lane} ${pair + 1}/${scale.pairs} ${describe(measurement)}`);
      }
    }
  } finally {
    await metered.stop();
    await bare.stop();
  }
  const wrong = server
    ? await postgresBookProblems(server.url, meteredAnswers)
    : await bookProblems(folder.dataDir, meteredAnswers);
  problems.push(...wrong.map((problem) => `${lane.lane}, books: ${problem}`));
  await server?.stop();
  folder.remove();

  const of = (name: Side['name']) => measurements.filter(({ side }) => side === name);
  const rates = (name: Side['name']) => of(name).map(({ perSecond }) => perSecond);
  const ratios = rates('metered').map((rate, pair) => rate / (rates('bare')[pair] ?? Number.NaN));
  const ratio = median(ratios);
  return {
    rows: [
      {
        lane: lane.lane,
        what: lane.what,
        bare: `${median(rates('bare')).toFixed(0)}/s`,
        metered: `${median(rates('metered')).toFixed(0)}/s`,
        figure: `ratio ${ratio.toFixed(3)}`,
        spread: spreadText(ratios, 2),
        budget: lane.atLeast === null ? '–' : `≥ ${lane.atLeast.toFixed(1)}`,
        ok: lane.atLeast === null ? null : ratio >= lane.atLeast,
      },
    ],
    problems,
    raw: { lane, ratios, measurements, answers: meteredAnswers },
  };
}

function expectedBody({ streamed, wire = 'chat' }: ThroughputLane): string {
  if (wire === 'chat') return streamed ? streamAnswer() : jsonAnswer();
  return streamed ? OTHER_WIRES[wire].events.join('') : OTHER_WIRES[wire].json;
}

function describe({ side, perSecond, p50Ms, p99Ms, cpuMicros: cpu }: Measurement): string {
  const cost = cpu === null ? '' : `, ${cpu.toFixed(0)} µs CPU each`;
  return `${side}: ${perSecond.toFixed(0)}/s, p50 ${p50Ms.toFixed(1)} ms, p99 ${p99Ms.toFixed(1)} ms${cost}`;
}
