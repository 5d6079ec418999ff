import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startBrowser } from './browser.ts';
import { build } from './build.ts';

test('a real browser shows the console, in the language and the theme that it is asked for', async (t) => {
  const { url } = await build(t);
  const browser = await startBrowser(t);
  if (!browser) return;
  const page = await browser.open({ locale: 'pt-BR', dark: true, width: 390 });
  const answer = await page.goto(`${url}/admin/`);
  assert.equal(answer?.status(), 200);
  await page.getByRole('button', { name: 'Entrar' }).waitFor();
  assert.equal(await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches), true);
  assert.equal(await page.evaluate(() => innerWidth), 390);
});
