/** Resident memory: idle, after many requests, after three times as many; and the bare proxy's after the same. */
import { bookProblems } from '../support/books.ts';
import { makeFolder, startMetered } from '../support/metered.ts';
import { residentBytes } from '../support/process-figures.ts';
import type { LaneReport, Row } from '../support/report.ts';
import type { Rig } from '../support/rig.ts';
import { jsonAnswer } from '../traffic/messages.ts';

const MEBIBYTE = 1024 * 1024;
const IDLE_MB = 110;
const BARE_PLUS_MB = 40;
const GROWTH = 1.1;
const CONNECTIONS = 64;
/** After the load, so that what is merely not collected yet does not count for or against anybody. */
const SETTLE_MS = 3_000;

export async function memoryLane(rig: Rig): Promise<LaneReport> {
  const [first, last] = rig.scale.memoryRequests;
  const problems: string[] = [];
  const folder = makeFolder(rig.parent, rig.upstreamPort);
  const read = (pid: number) => (residentBytes(pid) ?? Number.NaN) / MEBIBYTE;

  const answer = async (side: string, port: number, count: number) => {
    const result = await rig.load({
      port,
      streamed: false,
      connections: CONNECTIONS,
      until: { answers: count },
      expectedBody: jsonAnswer(),
      sampleEvery: 500,
    });
    problems.push(...result.problems.map((problem) => `memory, ${side}: ${problem}`));
    await delay(SETTLE_MS);
  };

  const bare = await rig.startBare();
  await delay(SETTLE_MS);
  const bareIdle = read(bare.pid);
  await answer('bare', bare.port, first);
  const bareFirst = read(bare.pid);
  await bare.stop();
  rig.note(`memory bare: ${bareIdle.toFixed(0)} MB idle, ${bareFirst.toFixed(0)} MB after ${first}`);

  const metered = await startMetered(folder);
  let figures: { idle: number; afterFirst: number; afterLast: number };
  try {
    await delay(rig.scale.idleMs);
    const idle = read(metered.pid);
    await answer('metered', metered.port, first);
    const afterFirst = read(metered.pid);
    rig.note(`memory metered: ${idle.toFixed(0)} MB idle, ${afterFirst.toFixed(0)} MB after ${first}`);
    await answer('metered', metered.port, last - first);
    figures = { idle, afterFirst, afterLast: read(metered.pid) };
    rig.note(`memory metered: ${figures.afterLast.toFixed(0)} MB after ${last}`);
  } finally {
    await metered.stop();
  }
  problems.push(...(await bookProblems(folder.dataDir, last)).map((problem) => `memory, books: ${problem}`));
  folder.remove();
  return {
    rows: rowsOf({ bareIdle, bareFirst, ...figures }, first, last),
    problems,
    raw: { bareIdle, bareFirst, ...figures },
  };
}

interface Figures {
  bareIdle: number;
  bareFirst: number;
  idle: number;
  afterFirst: number;
  afterLast: number;
}

function rowsOf({ bareIdle, bareFirst, idle, afterFirst, afterLast }: Figures, first: number, last: number): Row[] {
  const row = (what: string, bare: string, metered: number, figure: string, budget: string, ok: boolean): Row => ({
    lane: 'memory',
    what,
    bare,
    metered: `${metered.toFixed(0)} MB`,
    figure,
    spread: 'one run',
    budget,
    ok: Number.isNaN(metered) ? null : ok,
  });
  const [beside, growth] = [afterFirst - bareFirst, afterLast / afterFirst];
  return [
    row(
      'resident, idle',
      `${bareIdle.toFixed(0)} MB`,
      idle,
      `${idle.toFixed(0)} MB`,
      `≤ ${IDLE_MB} MB`,
      idle <= IDLE_MB,
    ),
    row(
      `after ${first} requests`,
      `${bareFirst.toFixed(0)} MB`,
      afterFirst,
      `bare ${beside >= 0 ? '+' : ''}${beside.toFixed(0)} MB`,
      `≤ bare + ${BARE_PLUS_MB} MB`,
      beside <= BARE_PLUS_MB,
    ),
    row(
      `${first} → ${last} requests`,
      '',
      afterLast,
      `${growth >= 1 ? '+' : ''}${((growth - 1) * 100).toFixed(1)} %`,
      `≤ +${Math.round((GROWTH - 1) * 100)} %`,
      growth <= GROWTH,
    ),
  ];
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
