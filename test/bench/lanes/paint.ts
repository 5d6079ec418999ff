/**
 * The console in a real browser that has never seen it: until something is painted, and until the Overview shows live data.
 * On a database with many records beside an empty one, by turns in one run.
 */
import { type Browser, chromium } from 'playwright-core';
import { BROWSER_FLAGS, findBrowser } from '../../support/browser.ts';
import { firstAnswer } from '../support/first-answer.ts';
import { makeFolder, OWNER, startMetered } from '../support/metered.ts';
import { type LaneReport, type Row, spreadText } from '../support/report.ts';
import type { Rig } from '../support/rig.ts';
import { median } from '../support/statistics.ts';

const AT_MOST = 1.5;
const DEADLINE_MS = 60_000;

/** Milliseconds since the address was entered. */
interface Paint {
  firstPaintMs: number;
  /** Figures and charts are drawn, nothing is awaited, and the stream of events is open. */
  liveMs: number;
}

interface Side {
  readonly name: 'empty' | 'full';
  readonly url: string;
  readonly paints: Paint[];
}

export async function paintLane(rig: Rig): Promise<LaneReport> {
  const browserPath = await findBrowser();
  if (browserPath === null) {
    rig.note('paint: no browser can run here, set CHROMIUM_PATH to a Chrome or Chromium');
    return { rows: [], problems: [], raw: null };
  }
  const full = await rig.filled();
  const empty = makeFolder(rig.parent, rig.upstreamPort, { owner: true });
  const gateways = [await startMetered(empty), await startMetered(full)] as const;
  const browser = await chromium.launch({ executablePath: browserPath, args: BROWSER_FLAGS, headless: true });
  const side = (name: Side['name'], port: number): Side => ({ name, url: `http://127.0.0.1:${port}`, paints: [] });
  const sides = [side('empty', gateways[0].port), side('full', gateways[1].port)] as const;
  try {
    // One answer each: without any the Overview shows how to connect LibreChat, and no charts.
    for (const { port } of gateways) await firstAnswer(port);
    for (const { url } of sides) await paint(browser, url);
    for (let pair = 0; pair < rig.scale.pairs; pair++) {
      for (const { url, paints } of pair % 2 === 0 ? sides : sides.toReversed()) paints.push(await paint(browser, url));
      const [before, after] = sides.map(({ paints }) => paints.at(-1));
      rig.note(
        `paint ${pair + 1}/${rig.scale.pairs}: empty ${before?.firstPaintMs.toFixed(0)} and ${before?.liveMs.toFixed(0)} ms, ` +
          `full ${after?.firstPaintMs.toFixed(0)} and ${after?.liveMs.toFixed(0)} ms`,
      );
    }
  } finally {
    await browser.close();
    for (const gateway of gateways) await gateway.stop();
    empty.remove();
  }
  const size = `${(full.records / 1e6).toLocaleString('en')} M records ÷ empty`;
  return {
    rows: [
      row(`first contentful paint, ${size}`, sides, ({ firstPaintMs }) => firstPaintMs),
      row(`Overview with live data, ${size}`, sides, ({ liveMs }) => liveMs),
    ],
    problems: [],
    raw: Object.fromEntries(sides.map(({ name, paints }) => [name, paints])),
  };
}

function row(what: string, sides: readonly [Side, Side], of: (paint: Paint) => number): Row {
  const [empty, full] = sides.map(({ paints }) => paints.map(of)) as [number[], number[]];
  const ratios = full.map((time, pair) => time / (empty[pair] ?? Number.NaN));
  const ratio = median(ratios);
  return {
    lane: 'paint',
    what,
    bare: `${median(empty).toFixed(0)} ms`,
    metered: `${median(full).toFixed(0)} ms`,
    figure: `ratio ${ratio.toFixed(2)}`,
    spread: spreadText(ratios, 2),
    budget: `≤ ${AT_MOST}`,
    ok: ratio <= AT_MOST,
  };
}

/** Opens the Overview in a profile of its own, signed in and with an empty cache. */
async function paint(browser: Browser, url: string): Promise<Paint> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: 'en' });
  try {
    const signedIn = await context.request.post(`${url}/api/auth/login`, { data: OWNER });
    if (!signedIn.ok()) throw new Error(`The owner cannot sign in: ${signedIn.status()}.`);
    const page = await context.newPage();
    await page.addInitScript(noteLive);
    await page.goto(`${url}/admin/`);
    const live = await page.waitForFunction(() => Reflect.get(window, 'overviewIsLiveAt') as number | undefined, null, {
      timeout: DEADLINE_MS,
    });
    const firstPaintMs = await page.evaluate(
      () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? Number.NaN,
    );
    return { firstPaintMs, liveMs: Number(await live.jsonValue()) };
  } finally {
    await context.close();
  }
}

/** Runs in the page, before its own scripts. */
function noteLive(): void {
  const look = () => {
    const isLive =
      document.querySelector('[role=status][data-state=live]') !== null &&
      document.querySelector('.recharts-bar') !== null &&
      document.querySelector('[data-place]') !== null &&
      document.querySelector('[aria-busy="true"]') === null;
    if (!isLive) return;
    watcher.disconnect();
    // When it is on the screen, not when it is in the document.
    requestAnimationFrame(() => setTimeout(() => Reflect.set(window, 'overviewIsLiveAt', performance.now())));
  };
  const watcher = new MutationObserver(look);
  watcher.observe(document, { subtree: true, childList: true, attributes: true });
}
