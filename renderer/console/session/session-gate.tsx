import { Anchor, Modal, Paper, Text, Title } from '@mantine/core';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Operator } from '../../../gateway/contract/operators.ts';
import { localeNames, locales } from '../../shared/i18n/locale.ts';
import icon from '../../shared/theme/icon.svg';
import { chooseLanguage } from '../i18n/i18n.ts';
import { useHeldEscape } from './hold-escape.ts';
import css from './session-gate.module.css';
import { SignInForm } from './sign-in-form.tsx';
import { useSessionState } from './use-session.tsx';

/** What gives an owner a new password, on the gateway's machine. */
const RESET = 'npm start -- reset-admin';

/**
 * Shows the console to whoever is signed in. When a session ends the screens stay as they are beneath the sign-in, so
 * that nothing typed is lost; only another person starts afresh.
 */
export function SessionGate({ children }: { children: ReactNode }) {
  const state = useSessionState();
  const last = useRef<Operator | null>(null);

  useEffect(() => {
    if (state.kind !== 'signed_in') return;
    if (last.current && last.current.id !== state.operator.id) window.location.reload();
    last.current = state.operator;
  }, [state]);

  if (state.kind === 'unknown') return null;
  const ended = state.kind === 'signed_out' ? state.before : null;
  if (state.kind === 'signed_out' && !ended) return <SignInScreen />;
  return (
    <>
      {children}
      <SessionEnded open={ended !== null} email={ended?.email ?? ''} />
    </>
  );
}

function SessionEnded({ open, email }: { open: boolean; email: string }) {
  const { t } = useTranslation('session');
  useHeldEscape(open);
  return (
    <Modal opened={open} onClose={() => undefined} title={t('endedTitle')} withCloseButton={false} zIndex={1000}>
      <Text mb="md">{t('endedText')}</Text>
      <SignInForm key={email} email={email} />
    </Modal>
  );
}

function SignInScreen() {
  const { t, i18n } = useTranslation('session');
  return (
    <main className={css.screen}>
      <div className={css.brand}>
        <img src={icon} alt="" width={44} height={44} />
        <Title order={1}>{'IA Solaris'}</Title>
        <Text c="dimmed">{t('welcome')}</Text>
      </div>
      <Paper className={css.card} withBorder p="lg">
        <SignInForm />
      </Paper>
      <Text size="xs" c="dimmed" ta="center" maw={380}>
        {t('forgot')} <span className={css.command}>{RESET}</span>
      </Text>
      <div className={css.languages}>
        {locales.map((locale) => (
          <Anchor
            key={locale}
            component="button"
            type="button"
            lang={locale}
            size="sm"
            aria-current={i18n.language === locale}
            onClick={() => void chooseLanguage(locale)}
          >
            {localeNames[locale]}
          </Anchor>
        ))}
      </div>
    </main>
  );
}
