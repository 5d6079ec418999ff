/** The API as the console and the portal use it: signed in, and timed. */
import { OWNER } from './metered.ts';
import type { Ask, Question } from './questions.ts';

export interface ConsoleClient {
  /** Milliseconds until the whole answer is there. @throws Error for any status but 200 */
  time(question: Question): Promise<number>;
  readonly ask: Ask;
}

/** Signs in as the owner, and as a member with a key of their own. @param url of the gateway. @param userId of the member */
export async function signInBoth(
  url: string,
  userId: (ask: Ask) => Promise<string>,
): Promise<ConsoleClient & { userId: string }> {
  const tokens = { operator: '', member: '' };
  const call = async (path: string, as: Question['as'], body?: object): Promise<unknown> => {
    const response = await fetch(url + path, {
      headers: {
        ...(tokens[as] === '' ? {} : { authorization: `Bearer ${tokens[as]}` }),
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} answered ${response.status} ${text.slice(0, 200)}`);
    return JSON.parse(text);
  };
  const ask: Ask = async (path, as = 'operator') => (await call(path, as)) as Awaited<ReturnType<Ask>>;
  tokens.operator = ((await call('/api/auth/login', 'operator', OWNER)) as { token: string }).token;
  const member = await userId(ask);
  const key = { kind: 'personal', name: 'bench', userId: member };
  const { secret } = (await call('/api/admin/keys', 'operator', key)) as { secret: string };
  tokens.member = ((await call('/api/portal/enter', 'member', { key: secret })) as { token: string }).token;
  return {
    userId: member,
    ask,
    async time({ path, as }) {
      const from = performance.now();
      await call(path, as);
      return performance.now() - from;
    },
  };
}
