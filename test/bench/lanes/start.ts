/** From the start of the process to the first metered answer: on an existing data directory, and on none. */
import { connect } from 'node:net';
import { freePort, type MeteredFolder, makeFolder, SERVICE_KEY, spawnMetered } from '../support/metered.ts';
import { type LaneReport, type Row, spreadText } from '../support/report.ts';
import type { Rig } from '../support/rig.ts';
import { median } from '../support/statistics.ts';
import { requestBytes } from '../traffic/messages.ts';

const LIMIT_MS = 1_000;
const RETRY_MS = 3;
const DEADLINE_MS = 30_000;

export async function startLane(rig: Rig): Promise<LaneReport> {
  const existing: number[] = [];
  const firstRun: number[] = [];
  const folder = makeFolder(rig.parent, rig.upstreamPort);
  await timeStart(folder);
  for (let turn = 0; turn < rig.scale.starts; turn += 1) {
    existing.push(await timeStart(folder));
    const fresh = makeFolder(rig.parent, rig.upstreamPort);
    firstRun.push(await timeStart(fresh));
    fresh.remove();
    rig.note(
      `start ${turn + 1}/${rig.scale.starts}: ${existing.at(-1)?.toFixed(0)} ms, first run ${firstRun.at(-1)?.toFixed(0)} ms`,
    );
  }
  folder.remove();
  return {
    rows: [row('existing data directory', existing), row('first run', firstRun)],
    problems: [],
    raw: { existing, firstRun },
  };
}

/** Milliseconds from the spawn to the first metered 200. */
async function timeStart(folder: MeteredFolder): Promise<number> {
  const port = await freePort();
  const request = requestBytes({ key: SERVICE_KEY, person: 0, streamed: false });
  const from = performance.now();
  const metered = spawnMetered(folder, port);
  try {
    while (performance.now() - from < DEADLINE_MS) {
      if (await answers(port, request)) return performance.now() - from;
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
    throw new Error('The gateway gave no metered answer within 30 s.');
  } finally {
    await metered.stop();
  }
}

/** Whether a whole request is answered with 200; false while nothing listens. */
function answers(port: number, request: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString('latin1', 9, 12) === '200');
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}

function row(what: string, times: readonly number[]): Row {
  const time = median(times);
  return {
    lane: 'start',
    what: `first answered request, ${what}`,
    bare: '',
    metered: `${time.toFixed(0)} ms`,
    figure: `${(time / 1000).toFixed(2)} s`,
    spread: `${spreadText(times, 0)} ms`,
    budget: `≤ ${LIMIT_MS / 1000} s`,
    ok: time <= LIMIT_MS,
  };
}
