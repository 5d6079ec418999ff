import { Button, Code, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { MailDetail } from '../../../gateway/contract/mail.ts';
import { useMailState } from '../api/mail.ts';
import { useFormat } from '../format/use-format.ts';
import { useSession } from '../session/use-session.tsx';
import { AnchorLink } from '../ui/anchor-link.tsx';
import { Facts } from '../ui/facts.tsx';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { QueryState } from '../ui/query-state.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { useSave } from '../ui/use-save.ts';
import { DetailDrawer } from './detail-drawer.tsx';
import { MAIL_MEANINGS } from './meanings.ts';
import { useCodeWords } from './use-code-words.ts';

interface MailDrawerProps {
  id: string;
  onClose(): void;
}

/** One mail as its recipient sees it; it can be sent again, or never. */
export function MailDrawer({ id, onClose }: MailDrawerProps) {
  const { t } = useTranslation('activity');
  const session = useSession();
  const query = useQuery({
    queryKey: ['mail', 'details', id],
    queryFn: ({ signal }) => session.call<MailDetail>(`/api/admin/outbox/${id}`, { signal }),
  });
  return (
    <DetailDrawer title={query.data?.rendered?.subject ?? t('mail')} onClose={onClose}>
      <QueryState query={query}>{(mail) => <Details mail={mail} />}</QueryState>
    </DetailDrawer>
  );
}

function Details({ mail }: { mail: MailDetail }) {
  const { t } = useTranslation('activity');
  const { time, exact } = useFormat();
  const words = useCodeWords();
  const saving = useSave({ stale: ['mail', 'audit'] });
  const ask = (what: 'resend' | 'discard', done: string) =>
    void saving.save({ path: `/api/admin/outbox/${mail.id}/${what}`, call: { method: 'POST' }, done });
  const when = (at: number | null) => (at === null ? '–' : time(at));
  // Until it is known, a mail server is not denied.
  const isStuck = useMailState().data?.configured === false;
  return (
    <Stack gap="md">
      <FailureAlert failure={saving.failure} />
      <Group justify="space-between">
        <StatusBadge meaning={MAIL_MEANINGS[mail.status]}>{t(`mailStatuses.${mail.status}`)}</StatusBadge>
        <Group gap="xs">
          {mail.status === 'waiting' && (
            <Button variant="default" size="xs" loading={saving.busy} onClick={() => ask('discard', t('discarded'))}>
              {t('discardMail')}
            </Button>
          )}
          <Button
            size="xs"
            loading={saving.busy}
            disabled={isStuck && mail.status === 'waiting'}
            onClick={() => ask('resend', t('resent'))}
          >
            {mail.status === 'waiting' ? t('sendNow') : t('resend')}
          </Button>
        </Group>
      </Group>
      {isStuck && (
        <Text size="sm">
          {t('noMailServer')}{' '}
          <AnchorLink to="/settings" search={{ section: 'mail' }} size="sm">
            {t('toMailSettings')}
          </AnchorLink>
        </Text>
      )}
      <Facts
        rows={[
          [t('columns.recipient'), mail.recipient ?? t('nobody')],
          [t('columns.kind'), words.mail(mail.kind)],
          [t('columns.when'), when(mail.createdAt)],
          [t('sentAt'), when(mail.sentAt)],
          [t('attempts'), exact(mail.attempts)],
          [t('nextAttempt'), isStuck && mail.status === 'waiting' ? t('waitsForServer') : when(mail.nextAttemptAt)],
          ...(mail.lastError === null ? [] : [[t('columns.problem'), mail.lastError] as const]),
        ]}
      />
      {mail.rendered ? (
        <Code block tabIndex={0} style={{ whiteSpace: 'pre-wrap' }}>
          {mail.rendered.text}
        </Code>
      ) : (
        <Text size="sm" c="dimmed">
          {t('cannotRender')}
        </Text>
      )}
    </Stack>
  );
}
