/**
 * The desktop app beside the headless gateway, from the start of the process until it is of use: the gateway has given a
 * metered answer, and in the desktop the window is shown too. By turns in one run. Electron is stood in for: its own start is
 * not in this figure.
 */
import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../support/ports.ts';
import { firstAnswer } from '../support/first-answer.ts';
import { type MeteredFolder, makeFolder } from '../support/metered.ts';
import { type LaneReport, spreadText } from '../support/report.ts';
import type { Rig } from '../support/rig.ts';
import { median } from '../support/statistics.ts';
import { timeStart } from './start.ts';

const AT_MOST = 1.5;
const MAIN = fileURLToPath(new URL('../../../out/main/index.js', import.meta.url));
const STAND_IN = new URL('../../electron/stand-in/hooks.ts', import.meta.url).href;

export async function desktopStartLane(rig: Rig): Promise<LaneReport> {
  const headless: number[] = [];
  const desktop: number[] = [];
  const folders = [makeFolder(rig.parent, rig.upstreamPort), makeFolder(rig.parent, rig.upstreamPort)] as const;
  const home = mkdtempSync(join(rig.parent, 'solaris-bench-home-'));
  const [own, windowed] = folders;
  await timeStart(own);
  await timeDesktop(windowed, home);
  for (let turn = 0; turn < rig.scale.starts; turn += 1) {
    headless.push(await timeStart(own));
    desktop.push(await timeDesktop(windowed, home));
    rig.note(
      `desktop start ${turn + 1}/${rig.scale.starts}: ${headless.at(-1)?.toFixed(0)} ms headless, ${desktop.at(-1)?.toFixed(0)} ms desktop`,
    );
  }
  for (const folder of folders) folder.remove();
  rmSync(home, { recursive: true, force: true });

  const ratios = desktop.map((time, turn) => time / (headless[turn] ?? Number.NaN));
  const ratio = median(ratios);
  return {
    rows: [
      {
        lane: 'desktop-start',
        what: 'window shown and first metered answer ÷ headless start',
        bare: `${median(headless).toFixed(0)} ms`,
        metered: `${median(desktop).toFixed(0)} ms`,
        figure: `ratio ${ratio.toFixed(2)}`,
        spread: spreadText(ratios, 2),
        budget: `≤ ${AT_MOST}`,
        ok: ratio <= AT_MOST,
      },
    ],
    problems: [],
    raw: { headless, desktop },
  };
}

/** Milliseconds from the start of the app's process until its window is shown and its gateway has answered. */
async function timeDesktop({ dataDir, configFile }: MeteredFolder, home: string): Promise<number> {
  const port = await freePort();
  const places = { HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home, LOCALAPPDATA: home, APPDATA: home };
  const from = performance.now();
  const child = fork(MAIN, [], {
    execArgv: ['--disable-warning=ExperimentalWarning', '--import', STAND_IN],
    env: { ...process.env, ...places, SOLARIS_DATA_DIR: dataDir, SOLARIS_CONFIG: configFile, PORT: String(port) },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const shown = new Promise<void>((resolve) =>
    child.on('message', (message) => {
      if (typeof message === 'object' && message !== null && 'shown' in message) resolve();
    }),
  );
  try {
    await Promise.all([shown, firstAnswer(port)]);
    return performance.now() - from;
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
}
