import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { tellDone, tellWarning } from '../ui/toasts.tsx';
import { areFewLeft } from './recovery-codes.ts';
import { useSessionState } from './use-session.tsx';

/** Tells whoever has just signed in with a recovery code how many are left; of few it is told until it is read. */
export function RecoveryNotice() {
  const { t } = useTranslation('session');
  const navigate = useNavigate();
  const state = useSessionState();
  const left = state.kind === 'signed_in' ? state.recoveryCodesLeft : null;
  const told = useRef<number | null>(null);

  useEffect(() => {
    if (left === null || told.current === left) return;
    told.current = left;
    const message = t('recoveryLeft', { count: left });
    if (!areFewLeft(left)) return tellDone({ message: `${t('recoveryUsed')} ${message}` });
    const run = () => navigate({ to: '/settings', search: { section: 'account' } });
    tellWarning({ title: t('recoveryUsed'), message, action: { label: t('recoveryRenew'), run } });
  }, [left, navigate, t]);
  return null;
}
