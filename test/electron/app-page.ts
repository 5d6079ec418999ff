/** The console in a real browser with the built preload script, on an app that runs on the stand-in for Electron. */
import { readFileSync } from 'node:fs';
import type { TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import type { Page as OwnPage } from '../../electron/contract.ts';
import { type PageOptions, startBrowser } from '../support/browser.ts';
import { CONSOLE, type TestApp } from './app-kit.ts';

const FRAMES: Record<OwnPage, string> = { console: CONSOLE, approver: 'app://approver/' };
const PRELOAD = new URL('../../out/preload/index.cjs', import.meta.url);

/**
 * What Electron does around a preload script: it requires `electron` only, its functions reach the main process, and the
 * page gets what it exposes and nothing else.
 */
const FRAME = (preload: string, host: string) => `{
  const listeners = new Map();
  globalThis.__hear = (channel, args) => {
    for (const listener of listeners.get(channel) ?? []) listener({ sender: 'never for pages' }, ...args);
  };
  const electron = {
    contextBridge: {
      exposeInMainWorld: (name, api) => Object.defineProperty(globalThis, name, { value: Object.freeze(api) }),
    },
    ipcRenderer: {
      invoke: (channel, input) => globalThis.__invoke(channel, input === undefined ? null : { input }),
      on: (channel, listener) => listeners.set(channel, [...(listeners.get(channel) ?? []), listener]),
      off: (channel, listener) =>
        listeners.set(channel, (listeners.get(channel) ?? []).filter((other) => other !== listener)),
    },
  };
  const require = (name) => {
    if (name !== 'electron') throw new Error('A sandboxed preload script cannot require ' + name);
    return electron;
  };
  ((require, module, exports, location) => { ${preload} })(require, { exports: {} }, {}, { host: '${host}' });
}`;

/** Opens the page where the app's window stands. @returns null when the test was skipped for want of a browser */
export async function openPage(
  t: TestContext,
  app: TestApp,
  options?: PageOptions,
  host: OwnPage = 'console',
): Promise<Page | null> {
  const browser = await startBrowser(t);
  if (!browser) return null;
  const origin = (await app.ask({ bridge: host })) as string;
  const page = await browser.open(options);
  await page.exposeFunction('__invoke', (channel: string, given: { input: unknown } | null) =>
    app.ask({ ask: { channel, frame: FRAMES[host], ...(given ?? {}) } }),
  );
  app.onMessage((message) => {
    if (!('told' in message)) return;
    const { channel, args } = message.told;
    // A page that is gone hears nothing.
    page
      .evaluate(([name, values]) => (globalThis as never as Hearing).__hear(name, values), [channel, args] as const)
      .catch(() => undefined);
  });
  await page.addInitScript(FRAME(readFileSync(PRELOAD, 'utf8'), host));
  const { address = FRAMES[host] } = await app.seen();
  await page.goto(address.replace(`app://${host}`, origin));
  return page;
}

interface Hearing {
  __hear(channel: string, args: readonly unknown[]): void;
}
