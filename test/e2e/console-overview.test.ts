import assert from 'node:assert/strict';
import { test } from 'node:test';
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
