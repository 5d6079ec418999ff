/** What metering adds to the first streamed byte, against a durable commit; and whether any chunk waits. */
import { bookProblems } from '../support/books.ts';
import { openCommitMeter } from '../support/commit-cost.ts';
import { makeFolder, startMetered } from '../support/metered.ts';
import { type LaneReport, type Row, spreadText } from '../support/report.ts';
import type { Rig } from '../support/rig.ts';
import { median, quantile } from '../support/statistics.ts';
import { PACED_CHUNKS, PACED_GAP_MS } from '../traffic/messages.ts';

/** One person who waits, and a few at once. */
const CONNECTIONS = [1, 8];
const COMMITS_PER_PAIR = 40;
/** What the first byte may wait for beside the commit. */
const ALLOWANCE_MS = 1;
/** Above this, a chunk at the 99th percentile has waited for something. */
const CHUNK_ALLOWANCE_MS = 1;

interface Measurement {
  connections: number;
  side: 'bare' | 'metered';
  firstByteMs: number[];
  delaysMs: number[];
}

export async function firstByteLane(rig: Rig): Promise<LaneReport> {
  const { scale } = rig;
  const folder = makeFolder(rig.parent, rig.upstreamPort);
  const bare = await rig.startBare();
  const metered = await startMetered(folder);
  const commits = openCommitMeter(rig.parent);
  const measurements: Measurement[] = [];
  const commitMs: number[] = [];
  const problems: string[] = [];
  let meteredAnswers = 0;

  const run = async (side: Measurement['side'], connections: number): Promise<Measurement> => {
    const result = await rig.paced({
      port: side === 'bare' ? bare.port : metered.port,
      connections,
      streamsPerConnection: Math.max(2, Math.ceil(scale.pacedStreams / Math.sqrt(connections))),
    });
    if (side === 'metered') meteredAnswers += result.answers;
    problems.push(...result.problems.map((problem) => `first-byte, ${side}: ${problem}`));
    const expected = result.answers * (PACED_CHUNKS - 1);
    if (result.delaysMs.length !== expected)
      problems.push(`first-byte, ${side}: ${result.delaysMs.length} chunks instead of ${expected}.`);
    return { connections, side, firstByteMs: result.firstByteMs, delaysMs: result.delaysMs };
  };

  try {
    commits.measure(COMMITS_PER_PAIR);
    for (const side of ['bare', 'metered'] as const) await run(side, 8);
    for (let pair = 0; pair < scale.pairs; pair += 1) {
      commitMs.push(...commits.measure(COMMITS_PER_PAIR));
      for (const connections of CONNECTIONS) {
        const order = pair % 2 === 0 ? (['bare', 'metered'] as const) : (['metered', 'bare'] as const);
        for (const side of order) measurements.push(await run(side, connections));
      }
      rig.note(`first-byte ${pair + 1}/${scale.pairs}`);
    }
  } finally {
    await metered.stop();
    await bare.stop();
    commits.close();
  }
  problems.push(
    ...(await bookProblems(folder.dataDir, meteredAnswers)).map((problem) => `first-byte, books: ${problem}`),
  );
  folder.remove();

  const commit = median(commitMs);
  const rows = CONNECTIONS.flatMap((connections) => rowsOf(measurements, connections, commit));
  return { rows, problems, raw: { commitMs: { median: commit, p99: quantile(commitMs, 0.99) }, measurements } };
}

function rowsOf(measurements: readonly Measurement[], connections: number, commit: number): Row[] {
  const of = (side: Measurement['side']) =>
    measurements.filter((one) => one.side === side && one.connections === connections);
  const medians = (side: Measurement['side']) => of(side).map(({ firstByteMs }) => median(firstByteMs));
  const added = medians('metered').map((ms, pair) => ms - (medians('bare')[pair] ?? Number.NaN));
  const limit = commit + ALLOWANCE_MS;
  const delays = (side: Measurement['side']) => of(side).flatMap(({ delaysMs }) => delaysMs);
  const [bareDelays, meteredDelays] = [delays('bare'), delays('metered')];
  const waited = quantile(meteredDelays, 0.99) - quantile(bareDelays, 0.99);
  return [
    {
      lane: 'first-byte',
      what: `p50 to the first text, ${connections} at once`,
      bare: `${median(medians('bare')).toFixed(2)} ms`,
      metered: `${median(medians('metered')).toFixed(2)} ms`,
      figure: `+${median(added).toFixed(2)} ms`,
      spread: spreadText(added, 2),
      budget: `≤ commit ${commit.toFixed(2)} + ${ALLOWANCE_MS} ms`,
      ok: median(added) <= limit,
    },
    {
      lane: 'first-byte',
      what: `delay of later chunks (${PACED_GAP_MS} ms apart), ${connections} at once`,
      bare: delayText(bareDelays),
      metered: delayText(meteredDelays),
      figure: `p99 ${waited >= 0 ? '+' : ''}${waited.toFixed(2)} ms`,
      spread: `p50 ${(median(meteredDelays) - median(bareDelays)).toFixed(2)} ms`,
      budget: `no chunk waits: p99 ≤ +${CHUNK_ALLOWANCE_MS} ms`,
      ok: waited <= CHUNK_ALLOWANCE_MS,
    },
  ];
}

function delayText(delays: readonly number[]): string {
  return `${median(delays).toFixed(2)} / ${quantile(delays, 0.99).toFixed(2)} / ${Math.max(...delays).toFixed(1)} ms`;
}
