/**
 * Every form says at each field what it does not take, before and after the gateway, in both languages; what was typed stays,
 * whatever the gateway answers, and where the session has ended it is asked for again.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { en } from '../../renderer/console/i18n/en/catalogue.ts';
import { ptBr } from '../../renderer/console/i18n/pt-br/catalogue.ts';
import { type ConsoleKit, openConsole } from '../support/console.ts';
import { FAILURES } from './failures.ts';
import { type FormCase, helpOfPage, walkForm } from './form-walk.ts';
import { accessForms } from './forms-of-access.ts';
import { accountForms } from './forms-of-account.ts';
import { planForms } from './forms-of-plans.ts';
import { settingForms } from './forms-of-settings.ts';
import { userForms } from './forms-of-users.ts';

type Words = Pick<typeof en, 'users' | 'settings'>;

/** Walks the forms in both languages. */
async function assertTold(console: ConsoleKit, formsIn: (words: Words) => readonly FormCase[]): Promise<void> {
  const walkAll = async (locale: 'en' | 'pt-BR') => {
    const words = locale === 'en' ? en : ptBr;
    const { page, enterPassword } = await console.signIn('owner', '/settings?section=about', { locale });
    await page.addInitScript(helpOfPage);
    page.on('dialog', (dialog) => void dialog.accept());
    const walk = {
      page,
      isBrief: locale === 'pt-BR',
      words: words.refusals.rules.too_long.replace('{{most, number}}', '7'),
      ...(locale === 'en' && { failures: FAILURES, ended: { says: words.session.endedTitle, signIn: enterPassword } }),
      visit: async (path: string) => void (await page.goto(`${console.url}/admin${path}`)),
    };
    const said: Record<string, Record<string, string>> = {};
    for (const form of formsIn(words as typeof en)) said[form.name] = await walkForm(walk, form);
    return said;
  };
  const [english, portuguese] = await Promise.all([walkAll('en'), walkAll('pt-BR')]);
  assert.ok(Object.keys(english).length > 3);
  for (const [form, fields] of Object.entries(english)) {
    for (const [field, words] of Object.entries(fields)) {
      assert.notEqual(portuguese[form]?.[field], words, `${form}: ${field} speaks one language only`);
    }
  }
}

test('the forms of plans, departments and models tell of each field what it does not take', async (t) => {
  const console = await openConsole(t);
  if (console) await assertTold(console, () => planForms);
});

test('the forms of users and requests tell of each field what it does not take', async (t) => {
  const console = await openConsole(t);
  if (!console) return;
  const [user = ''] = await console.users(['Ana Lima']);
  await console.ask(user, 100_000);
  const { id: ticket } = (await console.api('/api/admin/requests')).body.items[0];
  await assertTold(console, (words) => userForms(words, { user, ticket }));
});

test('the forms of upstreams, keys and operators tell of each field what it does not take', async (t) => {
  const console = await openConsole(t);
  if (!console) return;
  const { id: key } = (await console.api('/api/admin/keys?kind=service')).body.items[0];
  await assertTold(console, () => accessForms({ key }));
});

test('the forms of settings and of the set-up tell of each field what it does not take', async (t) => {
  const console = await openConsole(t);
  if (console) await assertTold(console, settingForms);
});

test('the forms of the own account and of the data tell of each field what it does not take', async (t) => {
  const console = await openConsole(t, { engine: 'sqlite' });
  if (!console) return;
  const { api } = console;
  await api('/api/admin/settings', {
    method: 'PUT',
    body: { 'smtp.host': '127.0.0.1', 'smtp.port': 1, 'smtp.from': 'ia@example.com' },
  });
  await api('/api/admin/upstreams', { body: { name: 'first', baseUrl: 'http://127.0.0.1:1/v1' } });
  const { id: key } = (await api('/api/admin/keys?kind=service')).body.items[0];
  await assertTold(console, (words) => accountForms(words, { key }));
});
