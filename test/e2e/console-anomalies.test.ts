/** Unusual use in the console: explained as it comes, taken back with one click, and shown where the user is. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { spendTokens } from '../accounts/account-kit.ts';
import { assertAccessible } from '../support/accessible.ts';
import { testClock } from '../support/clock.ts';
import { openConsole } from '../support/console.ts';

const DAY_MS = 86_400_000;
const LOOK_MS = 180_000;

/** As the browser has it, but for the end of a day: what is used and the look at it belong to one. */
function nowOfOneDay(): number {
  const now = Date.now();
  return Math.min(now, now - (now % DAY_MS) + DAY_MS - 2 * LOOK_MS);
}

async function team(t: TestContext) {
  const clock = testClock(nowOfOneDay());
  const console = await openConsole(t, { clock });
  if (!console) return null;
  const { api, context, gateway } = console;
  return {
    ...console,
    /** A person who uses 20,000 tokens a day. @returns the id */
    async person(email: string): Promise<string> {
      const { id } = (await api('/api/admin/users', { body: { email, monthlyLimit: null } })).body;
      const today = clock.now();
      for (let day = 16; day > 0; day--) {
        clock.set(today - day * DAY_MS);
        await spendTokens(context, { userId: id, tokens: 20_000 });
      }
      clock.set(today);
      return id;
    },
    /** The person uses so many tokens, and the gateway looks. */
    async use(userId: string, tokens: number): Promise<void> {
      await spendTokens(context, { userId, tokens });
      clock.advance(LOOK_MS);
      await gateway.background.anomalies.runDue();
    },
    profile: async (id: string) => (await api(`/api/admin/users/${id}/profile`)).body,
  };
}

test('an alert comes with its reasons, and one click lifts what it did', async (t) => {
  const office = await team(t);
  if (!office) return;
  const ana = await office.person('ana@example.com');
  const { page } = await office.signIn('admin', '/alerts');
  await page.getByText('No open alerts').waitFor();
  await office.use(ana, 300_000);
  await page.getByText(/ana has used 300,000 tokens today: 15 times the usual 20,000 a day/).waitFor();
  await page.getByText(/^Confidence: medium\. Limited to 10 requests a minute until /).waitFor();
  await assertAccessible(page);
  assert.notEqual((await office.profile(ana)).temporaryRate, null);
  await page.getByRole('button', { name: 'Lift the limit' }).click();
  await page.getByText('The limit is lifted.').waitFor();
  await page.getByText('No open alerts').waitFor();
  assert.equal((await office.profile(ana)).temporaryRate, null);
  await page.getByText('Resolved', { exact: true }).click();
  await page.getByText('Medium. It was limited to 10 requests a minute; that is over.').waitFor();
  await page.getByRole('button', { name: 'False alarm' }).click();
  await page.getByText('false alarm', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'No false alarm' }).waitFor();
  await assertAccessible(page);
});

test('the drawer shows what stops a user now, and ends it; viewers see it and have no button', async (t) => {
  const office = await team(t);
  if (!office) return;
  const ana = await office.person('ana@example.com');
  await office.use(ana, 900_000);
  const { page: viewer } = await office.signIn('viewer', `/users?user=${ana}`);
  await viewer
    .getByRole('dialog')
    .getByText(/^Suspended until /)
    .waitFor();
  assert.equal(await viewer.getByRole('button', { name: 'End the suspension' }).count(), 0);
  const { page } = await office.signIn('admin', `/users?user=${ana}`);
  const drawer = page.getByRole('dialog');
  await drawer.getByText('Reason: Unusual use of the account').waitFor();
  await drawer.getByRole('tabpanel').waitFor();
  await assertAccessible(page);
  await drawer.getByRole('button', { name: 'End the suspension' }).click();
  await page.getByText('The suspension has ended.').waitFor();
  await drawer.getByText(/^Suspended until /).waitFor({ state: 'detached' });
  assert.equal((await office.api(`/api/admin/users/${ana}`)).body.status, 'active');
});

test('the steps are set among the rules of use', async (t) => {
  const office = await team(t);
  if (!office) return;
  const { page } = await office.signIn('admin', '/settings?section=policy');
  await page.getByRole('combobox', { name: 'When something is surely wrong (high)' }).click();
  await page.getByRole('option', { name: 'Allow fewer requests for a while' }).click();
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('status').filter({ hasText: 'not saved' }).waitFor({ state: 'detached' });
  assert.equal(office.context.settings.current().anomalies.high, 'limit');
});

test('an objection leads to the anomaly that it objects to, and to nobody else’s', async (t) => {
  const office = await team(t);
  if (!office) return;
  const { api } = office;
  const [ana, bia] = [await office.person('ana@example.com'), await office.person('bia@example.com')];
  await office.use(bia, 300_000);
  await office.use(ana, 300_000);
  const key = (await api('/api/admin/keys', { body: { kind: 'personal', name: 'laptop', userId: ana } })).body.secret;
  const headers = { authorization: `Bearer ${key}` };
  const body = { kind: 'objection', message: 'That was the import.' };
  assert.equal((await api('/api/support/contact', { headers, body })).status, 201);

  const { page } = await office.signIn('approver', '/requests');
  await page.getByRole('button', { name: /Objection/ }).click();
  await page.getByRole('link', { name: 'What it objects to: anomalies of this user' }).click();
  await page.getByText(/ana has used 300,000 tokens today/).waitFor();
  assert.equal(await page.getByText(/bia has used/).count(), 0);
});
