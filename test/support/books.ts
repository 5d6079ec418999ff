/** Books with something in them, and ways to falsify them. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import BetterSqlite3 from 'better-sqlite3';
import type { Built } from './build.ts';

/** A little of everything in the books: a debit, a grant, an audited act. @returns the database file */
export async function withBooks(built: Built): Promise<string> {
  const { api, url, serviceKey } = built;
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${serviceKey}`,
      'content-type': 'application/json',
      'x-user-email': 'ana@example.com',
    },
    body: JSON.stringify({ model: 'solaris-echo', messages: [{ role: 'user', content: 'Hi' }] }),
  });
  assert.equal(response.status, 200);
  await response.arrayBuffer();
  const { body } = await api('/api/admin/users?search=ana');
  const [ana] = body.items;
  const granted = await api(`/api/admin/users/${ana.id}/tokens`, {
    body: { amount: 1_000, reason: 'welcome' },
    headers: { 'idempotency-key': 'once' },
  });
  assert.equal(granted.status, 200, JSON.stringify(granted.body));
  return join(built.dataDir, 'ia-solaris.db');
}

/** Changes the closed database behind the gateway's back. */
export function tamper(file: string, sql: string): void {
  const db = new BetterSqlite3(file);
  db.pragma('foreign_keys = OFF');
  assert.ok(db.prepare(sql).run().changes > 0, sql);
  db.close();
}
