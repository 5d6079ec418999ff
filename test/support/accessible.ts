/** What axe finds on pages of a real browser. */
import assert from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { paleFieldsOf } from './field-edges.ts';

/** Asserts that axe finds nothing on the page as it stands. */
export async function assertAccessible(page: Page): Promise<void> {
  await page.waitForFunction(() => !document.querySelector('[aria-busy="true"]'));
  // Axe runs in every frame, and waits for ever in one that may run no scripts: what such frames show is tested apart.
  await page.evaluate(() => {
    for (const frame of document.querySelectorAll('iframe[sandbox]')) {
      frame.removeAttribute('sandbox');
      frame.setAttribute('srcdoc', '');
    }
  });
  assert.deepEqual(await violationsOf(page), []);
}

/**
 * What axe finds on the page as it stands, but for frames: the rule, and where it is broken. What is clicked has 24 px.
 * Also fields that one does not see.
 */
export async function violationsOf(page: Page): Promise<string[]> {
  // Half-way from one colour to another nothing has to be legible. What turns for ever is not waited for.
  await page.waitForFunction(() =>
    document
      .getAnimations()
      .every(({ playState, effect }) => playState !== 'running' || effect?.getComputedTiming().iterations === Infinity),
  );
  // What is no violation is not gathered, and no second page is opened to gather it: that takes most of the time.
  const axe = new AxeBuilder({ page })
    .options({ resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } })
    .setLegacyMode();
  const { violations } = await axe.exclude('iframe').analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join('\n  ')}`);
  return [...found, ...(await paleFieldsOf(page))];
}
