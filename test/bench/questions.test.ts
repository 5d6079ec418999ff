import assert from 'node:assert/strict';
import { test } from 'node:test';
import { office, spendTokens } from '../accounts/account-kit.ts';
import { type Ask, allQuestions, type Question } from './support/questions.ts';

/** What only a filled database has: the bench says so itself when it finds nothing there. */
const MISSING = /^There is nothing to ask /;
/** An operator may ask fifty times in a second. */
const PAUSE_MS = 20;

test('every list and chart that the bench times is there, with every filter, order and range that it asks for', async (t) => {
  const { api, user, context, clock } = await office(t);
  const { id } = await user('ana@example.com');
  await spendTokens(context, { userId: id, tokens: 100 });
  const { body: key } = await api('/api/admin/keys', { body: { kind: 'personal', name: 'bench', userId: id } });
  const { body: entered } = await api('/api/portal/enter', { body: { key: key.secret } });
  const statusOf = (question: Question): Promise<{ status: number; body: unknown }> => {
    clock.advance(PAUSE_MS);
    return api(
      question.path,
      question.as === 'member' ? { headers: { authorization: `Bearer ${entered.token}` } } : {},
    );
  };
  const ask: Ask = async (path, as = 'operator') => {
    const { status, body } = await statusOf({ path, as });
    if (status !== 200) throw new Error(`${path} answered ${status}`);
    return body as Awaited<ReturnType<Ask>>;
  };

  const { questions, problems } = await allQuestions(ask, id);
  const real = problems.filter((problem) => !MISSING.test(problem));
  assert.deepEqual(real, []);
  assert.ok(questions.length > 150);
  const refused: string[] = [];
  for (const question of questions) {
    const { status, body } = await statusOf(question);
    if (status !== 200) refused.push(`${question.path}: ${status} ${JSON.stringify(body)}`);
  }
  assert.deepEqual(refused, []);
});
