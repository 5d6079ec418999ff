/** The forms of one's own account and of the data, with what they refuse before and after the gateway. */
import type { en } from '../../renderer/console/i18n/en/catalogue.ts';
import { button, LONG, section } from './form-case-kit.ts';
import type { FormCase } from './form-walk.ts';

/** @param settings words of the page's own language */
export function accountForms({ settings }: Pick<typeof en, 'settings'>, ids: { key: string }): FormCase[] {
  return [
    {
      name: 'one-time codes',
      path: section('account'),
      open: button(settings.account.turnOn),
      bad: { password: '', code: '12345' },
      good: { password: 'correct horse battery', code: '123456' },
      refused: { password: 'password', code: 'code' },
    },
    {
      name: 'test of mail',
      path: section('mail'),
      bad: { to: 'nobody' },
      good: { to: 'ana@example.com' },
      refused: { to: 'to' },
    },
    {
      name: 'key of an upstream of the set-up',
      path: '/setup?step=upstream',
      // It is tried as soon as it is shown.
      open: (page) => page.locator('[data-testid=upstream] [role=status]').getByText(/./).waitFor(),
      form: '[data-testid=upstream] form',
      bad: { apiKey: 'x'.repeat(4_001) },
      good: { apiKey: 'sk-another' },
      refused: { apiKey: 'apiKey' },
    },
    {
      name: 'revocation of a key',
      path: section('keys', ids.key),
      open: (page) => page.getByRole('dialog').getByRole('button', { name: settings.keys.revoke, exact: true }).click(),
      bad: { reason: LONG },
      good: { reason: 'It leaked.' },
      refused: { reason: 'reason' },
      removes: true,
    },
    {
      name: 'move to another database',
      path: section('data'),
      bad: { to: 'mysql://somewhere' },
      good: { to: 'postgres://ia:secret@127.0.0.1:1/none' },
      refused: { to: 'to' },
    },
  ];
}
