/** Operators with passwords, and a browser's way of calling, for tests of signing in. */
import assert from 'node:assert/strict';
import { TOTP } from 'otpauth';
import { SYSTEM } from '../../gateway/audit/audit-writer.ts';
import type { GatewayContext } from '../../gateway/context.ts';
import type { Role } from '../../gateway/db/json-columns.ts';
import { createOperator } from '../../gateway/operators/service.ts';
import type { ApiAnswer, Built } from '../support/build.ts';

export const PASSWORD = 'correct horse battery';

/** Makes an operator who signs in with `PASSWORD`. @returns the id */
export async function addOperator(context: GatewayContext, email: string, role: Role = 'owner'): Promise<string> {
  const row = await createOperator(context, SYSTEM, { email, name: '', role, password: PASSWORD, locale: null });
  return row.id;
}

/** The code that an authenticator app shows at `now`. */
export function totpCode(secret: string, now: number): string {
  return new TOTP({ secret }).generate({ timestamp: now });
}

/** Turns one-time codes on for whoever is signed in. @returns the app's secret, and the recovery codes */
export async function turnTotpOn(page: Browser, now: number): Promise<{ secret: string; codes: string[] }> {
  const { secret } = (await page.call('/api/auth/totp/enrol', { method: 'POST' })).body;
  const proof = { password: PASSWORD, secret, code: totpCode(secret, now) };
  const { status, body } = await page.call('/api/auth/totp/confirm', { body: proof });
  assert.equal(status, 200, JSON.stringify(body));
  return { secret, codes: body.recoveryCodes };
}

export interface Browser {
  /** Calls as the console's page does: own origin, own token, own cookie. */
  call(path: string, init?: { method?: string; body?: unknown; headers?: Record<string, string> }): Promise<ApiAnswer>;
  token: string | null;
  cookie: string | null;
}

export function browser({ api, url }: Pick<Built, 'api' | 'url'>): Browser {
  const self: Browser = {
    token: null,
    cookie: null,
    async call(path, { method, body, headers } = {}) {
      const answer = await api(path, {
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        body,
        headers: {
          origin: url,
          authorization: self.token === null ? '' : `Bearer ${self.token}`,
          ...(self.cookie === null ? {} : { cookie: self.cookie }),
          ...headers,
        },
      });
      const set = answer.headers.get('set-cookie');
      if (set !== null) self.cookie = set.startsWith('solaris_refresh=;') ? null : (set.split(';')[0] ?? null);
      if (answer.status === 200 && typeof answer.body?.token === 'string') self.token = answer.body.token;
      return answer;
    },
  };
  return self;
}

/** Signs in and keeps token and cookie. */
export async function signIn(page: Browser, email: string, extra: Record<string, unknown> = {}): Promise<ApiAnswer> {
  return page.call('/api/auth/login', { body: { email, password: PASSWORD, ...extra } });
}
