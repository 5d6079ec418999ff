import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { signInLocally } from '../../../electron/main/gateway/local-sign-in.ts';
import { createOwnerClient } from '../../../electron/main/owner-client.ts';
import type { Glance } from '../../../electron/main/shell/glance.ts';
import { createLiveWatch } from '../../../electron/main/shell/live-watch.ts';
import { newsOf } from '../../../electron/main/shell/notices.ts';
import { words } from '../../../electron/main/words/words.ts';
import { type Portal, portal } from '../../portal/portal-kit.ts';

/** A watch on a real gateway, and the looks that it takes, one after the other. */
function watching(t: TestContext, { dataDir, clock }: Portal) {
  let signIns = 0;
  const signIn = () => {
    signIns += 1;
    return signInLocally(dataDir, fetch);
  };
  const client = createOwnerClient(signIn, fetch, clock.now);
  let seen: ((glance: Glance) => void) | null = null;
  const watch = createLiveWatch(client, (glance) => seen?.(glance));
  t.after(watch.pause);
  const look = (wanted: (glance: Glance) => boolean) =>
    new Promise<Glance>((resolve) => {
      seen = (glance) => {
        if (wanted(glance)) resolve(glance);
      };
    });
  return { watch, client, look, signIns: () => signIns };
}

test('the tray hears of a request for credits as it is made, in one session of the owner', async (t) => {
  const office = await portal(t, { engine: 'sqlite' });
  const ana = await office.person('ana@example.com', { name: 'Ana' });
  const { watch, look, signIns } = watching(t, office);
  const first = look(() => true);
  watch.resume();
  const before = await first;
  assert.deepEqual([before.waiting, before.alerts, before.team], [0, 0, null]);

  const second = look(({ waiting }) => waiting === 1);
  const id = await office.ask(ana, 500_000);
  const after = await second;
  const [notice] = newsOf(before, after, words.en, 'en');
  assert.equal(notice?.body, 'Ana asks for 500\u00a0K tokens.');
  assert.equal(notice?.link, `ia-solaris://requests?open=${id}`);
  assert.equal(signIns(), 1);

  const third = look(({ waiting }) => waiting === 0);
  await office.api(`/api/admin/requests/${id}/reject`, { method: 'POST', body: { reason: 'Not now' } });
  assert.deepEqual(newsOf(after, await third, words.en, 'en'), [], 'a decision is no news to whoever took it');
});

test('a session that was ended elsewhere is opened again, and a gateway that is gone is an error', async (t) => {
  const office = await portal(t, { engine: 'sqlite' });
  const { client, signIns } = watching(t, office);
  await client.get('/api/auth/me');
  const { items } = (await client.get('/api/auth/sessions')) as { items: { id: string; current: boolean }[] };
  const own = items.find(({ current }) => current);
  const tx = office.context.db;
  const { operatorSessions } = tx.tables;
  assert.ok(own);
  await tx.update(operatorSessions).set({ revokedAt: 1 });
  await Promise.all([client.get('/api/auth/me'), client.get('/api/auth/me')]);
  assert.equal(signIns(), 2);
  await office.gateway.stop();
  await assert.rejects(client.get('/api/auth/me'));
});
