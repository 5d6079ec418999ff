import assert from 'node:assert/strict';
import { test } from 'node:test';
import { en, ptBr } from '../../renderer/console/i18n/catalogues.ts';
import { formCases } from './console-form-cases.ts';
import { openConsole } from './console-kit.ts';
import { helpOfPage, walkForm } from './form-walk.ts';

test('every form says at each field what it does not take, before and after the gateway, in both languages, and keeps what was typed', async (t) => {
  const console = await openConsole(t);
  if (!console) return;
  const [user = ''] = await console.users(['Ana Lima']);
  await console.ask(user, 100_000);
  const { id: ticket } = (await console.api('/api/admin/requests')).body.items[0];
  const { id: key } = (await console.api('/api/admin/keys?kind=service')).body.items[0];
  const ids = { user, ticket, key };

  const walkAll = async (locale: 'en' | 'pt-BR') => {
    const words = locale === 'en' ? en : ptBr;
    const { page } = await console.signIn('owner', '/settings?section=about', { locale });
    await page.addInitScript(helpOfPage);
    page.on('dialog', (dialog) => void dialog.accept());
    const walk = {
      page,
      isBrief: locale === 'pt-BR',
      words: words.refusals.rules.too_long.replace('{{most, number}}', '7'),
      visit: async (path: string) => void (await page.goto(`${console.url}/admin${path}`)),
    };
    const said: Record<string, Record<string, string>> = {};
    for (const form of formCases(words as typeof en, ids)) said[form.name] = await walkForm(walk, form);
    return said;
  };
  const [english, portuguese] = await Promise.all([walkAll('en'), walkAll('pt-BR')]);
  for (const [form, fields] of Object.entries(english)) {
    for (const [field, words] of Object.entries(fields)) {
      assert.notEqual(portuguese[form]?.[field], words, `${form}: ${field} speaks one language only`);
    }
  }
});
