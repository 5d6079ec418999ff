import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { assertAccessible } from '../support/accessible.ts';
import { openConsole, shownSecret } from '../support/console.ts';
import { startMockUpstream } from '../support/mock-upstream/index.ts';
import { startSmtp } from '../support/smtp.ts';

const NEW = { env: { SETUP_FINISHED: undefined } };
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const onward = async (page: Page, name: 'Continue' | 'Skip for now', next: string) => {
  await button(page, name).click();
  await page.getByRole('heading', { level: 2, name: next }).waitFor();
};

test('from a new installation to the first metered request: provider, key, LibreChat, administrator, mail, plan', async (t) => {
  const upstream = await startMockUpstream(t);
  const smtp = await startSmtp(t);
  const console = await openConsole(t, { engine: 'sqlite' });
  if (!console) return;
  const { api, url, dataDir } = console;
  const { page } = await console.signIn('owner', '/setup');
  await page.getByRole('heading', { name: 'Where your data is' }).waitFor();
  await page.getByText(dataDir, { exact: true }).waitFor();
  await onward(page, 'Continue', 'Who answers');

  await page.getByRole('combobox', { name: 'Provider' }).click();
  await page.getByRole('option', { name: 'Another that speaks as OpenAI does' }).click();
  await page.getByRole('textbox', { name: 'Base URL' }).fill(upstream.baseUrl);
  await page.getByRole('textbox', { name: 'API key' }).fill('sk-upstream-1');
  await button(page, 'Save and test').click();
  await page.getByText(/answers in .* names \d+ models?/).waitFor();
  await onward(page, 'Continue', 'Connect LibreChat');

  await page.getByText('Waiting for the first request').waitFor();
  await page.getByRole('radio', { name: '0.8.7 or older' }).click();
  await page.getByText('Refusals are sent so from now on.').waitFor();
  await button(page, 'Make a key').click();
  const secret = await shownSecret(page);
  const yaml = (await page.getByText('endpoints:').textContent()) ?? '';
  const baseUrl = /baseURL: "([^"]+)"/.exec(yaml)?.[1] ?? '';
  assert.equal(baseUrl, `${url}/v1`);

  const ask = (headers: Record<string, string>) =>
    fetch(`${baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }] }),
    });
  assert.equal((await ask({})).status, 401);
  await page.getByText('A request came and was refused').waitFor();
  assert.equal((await ask({ 'x-user-email': 'ana@example.com' })).status, 200);
  await page.getByRole('heading', { name: 'It works: requests are metered' }).waitFor();
  await page.getByText('ana@example.com used gpt-4o').waitFor();
  await onward(page, 'Continue', 'Who you are');

  await page.getByRole('textbox', { name: 'E-mail' }).fill('owner');
  await button(page, 'Save').click();
  await page.getByText('Enter an e-mail address.').waitFor();
  await page.getByRole('textbox', { name: 'E-mail' }).fill('boss@example.com');
  await button(page, 'Save').click();
  await page.getByText('From now on you sign in with this address.').waitFor();
  await onward(page, 'Continue', 'Mails');

  await page.getByRole('textbox', { name: 'Host' }).fill('127.0.0.1');
  await page.getByRole('textbox', { name: 'Port' }).fill(String(smtp.port));
  await page.getByRole('textbox', { name: 'Sender' }).fill('ia@example.com');
  await button(page, 'Save').click();
  await page.getByRole('textbox', { name: 'Send a test to' }).fill('boss@example.com');
  await button(page, 'Send a test').click();
  await page.getByText('The mail server has taken the test for boss@example.com.').waitFor();
  // A greeting of the new user may have come before.
  assert.equal(smtp.received.filter(({ to }) => to === 'boss@example.com').length, 1);
  await onward(page, 'Continue', 'What new users get');
  await onward(page, 'Continue', 'All is set up');

  const { items } = (await api('/api/admin/settings')).body;
  const value = (key: string) => items.find((item: { key: string }) => item.key === key).value;
  assert.equal(value('policy.quotaReply'), '429 with hint');
  const [ana] = (await api('/api/admin/users?search=ana')).body.items;
  assert.ok(ana.used > 0);
});

test('the set-up is offered on the first run; steps are skipped, resumed by anybody, and it is finished for all', async (t) => {
  const console = await openConsole(t, NEW);
  if (!console) return;
  const { page } = await console.signIn('owner', '/');
  await page.getByRole('heading', { name: 'Where your data is' }).waitFor();
  await onward(page, 'Continue', 'Who answers');
  await onward(page, 'Skip for now', 'Connect LibreChat');
  await page.reload();
  await page.getByRole('heading', { name: 'Connect LibreChat' }).waitFor();
  const { page: other } = await console.signIn('admin', '/setup');
  await other.getByRole('heading', { name: 'Connect LibreChat' }).waitFor();
  await other.getByRole('navigation', { name: 'Steps of the set-up' }).getByText('skipped').waitFor();
  await button(other, 'Finish').click();
  await button(other, 'Finish the set-up').click();
  await other.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  await page.getByRole('link', { name: 'Set-up' }).waitFor({ state: 'detached' });
  assert.equal(console.context.settings.current().setup.finished, true);
  const { page: viewer } = await console.signIn('viewer', '/setup');
  await viewer.getByText('Your role does not set this up').waitFor();
});

test('LibreChat in Docker on Linux gets a listener at the bridge, which serves the metered routes and nothing else', async (t) => {
  const console = await openConsole(t);
  if (!console) return;
  const { page } = await console.signIn('owner', '/setup?step=librechat');
  await page.getByRole('radio', { name: 'In Docker on Linux, on this machine' }).click();
  await page.getByText('baseURL: "http://host.docker.internal:').waitFor();
  await page.getByText('"host.docker.internal:host-gateway"').waitFor();
  await page.getByText('LibreChat does not reach the gateway yet').waitFor();
  await page.getByRole('button', { name: /^Listen at / }).click();
  await page.getByText(/^From now on the gateway listens at/).waitFor();
  const { networkHosts } = console.context.settings.current();
  assert.equal(networkHosts.length, 1);
  assert.equal(console.context.settings.current().setup.librechat, 'docker');
  await page.getByRole('radio', { name: 'In Docker Desktop, on this machine' }).click();
  await page.getByText('nothing has to be opened').waitFor();
});

test('every step is accessible, light and dark, wide and on a phone', async (t) => {
  const console = await openConsole(t);
  if (!console) return;
  const { page } = await console.signIn('owner', '/setup');
  for (const step of ['data', 'upstream', 'librechat', 'administrator', 'mail', 'plan', 'finish']) {
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.goto(`${console.url}/admin/setup?step=${step}`);
    await page.getByRole('heading', { level: 2 }).first().waitFor();
    await assertAccessible(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 390, height: 844 });
    await assertAccessible(page);
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(overflow <= 0, `${step} scrolls sideways by ${overflow}`);
  }
});
