/** What axe finds on pages of a real browser. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';
import { paleFieldsOf } from './field-edges.ts';

/** Read once, and given to each page once: that takes as long as most looks. */
let source: string | undefined;
/** What is clicked has 24 px. What is no violation is not gathered; what frames show is tested apart. */
const OPTIONS: RunOptions = {
  resultTypes: ['violations'],
  rules: { 'target-size': { enabled: true } },
  iframes: false,
};

/** Asserts that axe finds nothing on the page as it stands. */
export async function assertAccessible(page: Page): Promise<void> {
  await quiet(page);
  assert.deepEqual(await violationsOf(page), []);
}

/**
 * What axe finds on the page as it stands, but for frames: the rule, and where it is broken. Also fields that one does not
 * see.
 */
export async function violationsOf(page: Page): Promise<string[]> {
  const found = await lookAt(page);
  if (found.length === 0) return found;
  // A list that was asked for anew meanwhile is paler until it comes.
  await quiet(page);
  return lookAt(page);
}

async function quiet(page: Page): Promise<void> {
  await page.waitForFunction(() => !document.querySelector('[aria-busy="true"]'));
}

async function lookAt(page: Page): Promise<string[]> {
  // Half-way from one colour to another nothing has to be legible. What turns for ever is not waited for.
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every(({ playState, effect }) => playState !== 'running' || effect?.getComputedTiming().iterations === Infinity),
  );
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource());
  const violations = await page.evaluate(async (options) => {
    const { axe } = window as unknown as { axe: { run(context: object, options: RunOptions): Promise<AxeResults> } };
    const results = await axe.run({ exclude: ['iframe'] }, options);
    return results.violations.map(({ id, nodes }) => ({ id, where: nodes.map(({ html }) => html.slice(0, 200)) }));
  }, OPTIONS);
  return [...violations.map(({ id, where }) => `${id}: ${where.join('\n  ')}`), ...(await paleFieldsOf(page))];
}

function axeSource(): string {
  source ??= readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  return source;
}
