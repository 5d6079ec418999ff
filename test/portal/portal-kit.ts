/** What tests of the portal share: users who have signed in, and their way of calling. */
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { type Office, office } from '../accounts/account-kit.ts';
import type { ApiAnswer, ApiInit, BuildOptions } from '../support/build.ts';

export interface Person {
  readonly id: string;
  readonly email: string;
  readonly key: string;
  readonly keyId: string;
  /** Token of a session of the portal. */
  readonly token: string;
  /** Calls with the session's token. */
  call(path: string, init?: ApiInit): Promise<ApiAnswer>;
}

export interface Portal extends Office {
  /** Makes a user with a personal key, and signs in by it. */
  person(email: string, more?: Record<string, unknown>): Promise<Person>;
  /** Asks for credits in the name of the person. @returns the ticket's id */
  ask(person: Person, amount?: number, justification?: string): Promise<string>;
}

export async function portal(t: TestContext, options: BuildOptions = {}): Promise<Portal> {
  const base = await office(t, options);
  const { api, clock } = base;
  return {
    ...base,
    async person(email, more) {
      const { id } = await base.user(email, more);
      const made = await api('/api/admin/keys', { body: { kind: 'personal', name: 'script', userId: id } });
      assert.equal(made.status, 201);
      const { key, secret } = made.body;
      const entered = await api('/api/portal/enter', { headers: { authorization: '' }, body: { key: secret } });
      assert.equal(entered.status, 200, JSON.stringify(entered.body));
      const { token } = entered.body;
      const call = (path: string, init: ApiInit = {}) => {
        // Signed-in calls are limited by the second, and this clock stands still.
        clock.advance(20);
        return api(path, { ...init, headers: { authorization: `Bearer ${token}`, ...init.headers } });
      };
      return { id, email, key: secret, keyId: key.id, token, call };
    },
    async ask(person, amount = 500_000, justification = 'Release week') {
      const opened = await person.call('/api/tokens/purchase', { body: { amount, justification, urgency: 'high' } });
      assert.equal(opened.status, 201, JSON.stringify(opened.body));
      return opened.body.id;
    },
  };
}
