/** Two gateways on one Postgres database: whoever decides, and wherever, a request is granted once. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Portal, portal } from '../portal/portal-kit.ts';
import { assertLedgerSums } from '../support/ledger-oracle.ts';
import { createTestDatabase } from '../support/postgres-database.ts';

async function pair(t: TestContext): Promise<[Portal, Portal]> {
  const { url, drop } = await createTestDatabase();
  const options = { config: { databaseUrl: url }, env: { SECRET_KEY: 'one-key-for-both-gateways-0123456789' } };
  const both: [Portal, Portal] = [await portal(t, options), await portal(t, options)];
  // After the gateways have stopped: hooks run in the order of their registration.
  t.after(drop);
  return both;
}

test('decisions at both gateways at once grant once, and requests at once have numbers of their own', async (t) => {
  const [one, two] = await pair(t);
  const people = [];
  for (let index = 0; index < 8; index++) people.push(await (index % 2 ? one : two).person(`u${index}@example.com`));
  const ids = await Promise.all(people.map((person) => one.ask(person, 5_000)));
  const queue = (await two.api('/api/admin/requests?status=open')).body;
  assert.equal(queue.total, people.length);
  const numbers = queue.items.map(({ number }: { number: number }) => number);
  assert.equal(new Set(numbers).size, people.length, numbers.join());

  const answers = await Promise.all(
    ids.flatMap((id) =>
      [one, two, one, two].map(({ api }) => api(`/api/admin/requests/${id}/approve`, { method: 'POST', body: {} })),
    ),
  );
  const good = answers.filter(({ status }) => status === 200);
  assert.equal(good.length, people.length, JSON.stringify(answers.find(({ status }) => status >= 500)?.body));
  for (const { status } of answers) assert.ok(status === 200 || status === 409, String(status));
  const undone = await Promise.all(
    [one, two, one, two].map(({ api }) => api(`/api/admin/requests/${ids[0]}/undo`, { method: 'POST', body: {} })),
  );
  assert.equal(undone.filter(({ status }) => status === 200).length, 1);
  const credits = (await one.api('/api/admin/users?sort=email')).body.items.map(
    (user: { credits: number }) => user.credits,
  );
  assert.deepEqual(credits, [0, ...Array.from({ length: people.length - 1 }, () => 5_000)]);
  await assertLedgerSums(one.context.db);
  const mails = await one.context.db.select().from(one.context.db.tables.outbox);
  assert.equal(mails.filter(({ kind }) => kind === 'request_approved').length, people.length);
});
