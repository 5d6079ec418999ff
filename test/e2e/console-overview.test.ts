import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spendTokens } from '../accounts/account-kit.ts';
import { testClock } from '../support/clock.ts';
import { assertAccessible, openConsole } from '../support/console.ts';

test('the overview shows when the team works, by hand, by keyboard and in both themes', async (t) => {
  const console = await openConsole(t);
  if (!console) return;
  const { url, serviceKey, api } = console;
  const answer = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${serviceKey}`,
      'x-user-email': 'ana@example.com',
      'content-type': 'application/json',
    },
    body: JSON.stringify({ model: 'solaris-echo', messages: [{ role: 'user', content: 'hi' }] }),
  });
  assert.equal(answer.status, 200);
  await answer.text();
  const [cell] = (await api('/api/admin/stats/hours')).body.cells;
  assert.equal(cell.requests, 1);

  for (const dark of [false, true]) {
    const page = await console.signIn('viewer', '/', { dark });
    const map = page.getByRole('table', { name: /^Use by weekday and hour/ });
    await map.waitFor();
    await page.getByText(/tokens in 1 request, 0 failed$/).waitFor();
    if (!dark) {
      await map.locator('[data-place="0-0"]').focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('End');
      await page.getByText(/^Monday, 23:00–00:00/).waitFor();
      assert.equal(await map.locator('[tabindex="0"]').count(), 1, 'the map is one stop of the tabulator');
      await page.getByText('Failures', { exact: true }).click();
      await page.getByText(/^Monday, 23:00–00:00/).waitFor();
    }
    await assertAccessible(page);
  }
});

test('the overview says who runs out and when, and what each weekday usually takes, and so does the person’s drawer', async (t) => {
  const clock = testClock('2026-11-06T10:00:00Z');
  const console = await openConsole(t, { clock });
  if (!console) return;
  const make = async (name: string, monthlyLimit: number): Promise<string> =>
    (await console.api('/api/admin/users', { body: { email: `${name}@example.com`, name, monthlyLimit } })).body.id;
  const soon = await make('Soon', 1_700);
  const never = await make('Never', 900_000);
  for (let day = 0; day < 14; day++) {
    await spendTokens(console.context, { userId: soon, tokens: 100 });
    await spendTokens(console.context, { userId: never, tokens: 100 });
    clock.advance(86_400_000);
  }
  await console.gateway.background.rollups.runDue();
  for (const dark of [false, true]) {
    const page = await console.signIn('viewer', '/', { dark });
    const person = page.getByRole('link', { name: /^Soon ?Nov 22/ });
    await person.waitFor();
    assert.equal(await page.getByRole('link', { name: /^Never ?Nov/ }).count(), 0, 'whose tokens last is not listed');
    await page.getByRole('listitem').filter({ hasText: 'Monday' }).getByText('200', { exact: true }).waitFor();
    await page.getByText('Expected: 5,000 (5,000–5,000)').first().waitFor({ state: 'attached' });
    await assertAccessible(page);
    await person.click();
    const drawer = page.getByRole('dialog');
    await drawer.getByText('On Nov 22 nothing will be left.').waitFor();
    await drawer.getByText('This month, and where it will end').waitFor();
    await assertAccessible(page);
  }
});
