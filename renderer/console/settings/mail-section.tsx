import { Alert, Anchor, Box, Button, Group, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type FormEvent, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LONGEST, PATTERNS } from '../../../gateway/contract/bounds.ts';
import type { MailState } from '../../../gateway/contract/mail.ts';
import { ApiFailure } from '../api/http.ts';
import { useMailState } from '../api/mail.ts';
import { useFormat } from '../format/use-format.ts';
import { useSession, useSessionState } from '../session/use-session.tsx';
import { titled } from '../ui/explain-failure.ts';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { QueryState } from '../ui/query-state.tsx';
import { refusalWords } from '../ui/refusal-words.ts';
import { formed, ruleWords } from '../ui/rules.ts';
import { StatusBadge } from '../ui/status-badge.tsx';
import { MailPreview } from './mail-preview.tsx';
import { GROUPS } from './setting-groups.ts';
import { type RefusedSetting, SettingsForm } from './settings-form.tsx';

const recipient = formed(PATTERNS.recipient, () => ruleWords('email'), LONGEST.operatorEmail);

/** Whether mail goes out, a test of it, the mail server, and what is written. */
export function MailSection({ withPreview = true }: { withPreview?: boolean }) {
  const [refused, setRefused] = useState<RefusedSetting>();
  const state = useMailState();
  return (
    <Stack gap="md">
      <QueryState query={state}>{(data) => <State state={data} onRefused={setRefused} />}</QueryState>
      <SettingsForm groups={GROUPS.mail} refused={refused} />
      {withPreview && <MailPreview />}
    </Stack>
  );
}

interface StateProps {
  state: MailState;
  /** The test failed, and a setting is at fault; undefined when none is any more. */
  onRefused(setting: RefusedSetting | undefined): void;
}

function State({ state, onRefused }: StateProps) {
  const { t, i18n } = useTranslation(['settings', 'common']);
  const { ago, exact } = useFormat();
  const session = useSession();
  const signedIn = useSessionState();
  const input = useRef<HTMLInputElement>(null);
  // Two mails for two quick presses would be one too many.
  const isSending = useRef(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const [to, setTo] = useState(signedIn.kind === 'signed_in' ? signedIn.operator.email : '');
  const test = useMutation({
    mutationFn: () =>
      session.call<{ to: string }>('/api/admin/mail/test', {
        method: 'POST',
        body: { ...(to.trim() === '' ? {} : { to: to.trim() }), locale: i18n.language },
      }),
    onMutate() {
      isSending.current = true;
      onRefused(undefined);
    },
    onSettled() {
      isSending.current = false;
    },
    onError(error) {
      if (!(error instanceof ApiFailure) || error.field === null) return;
      if (error.field === 'to') refuse(refusalWords(error));
      else {
        onRefused({ key: error.field, message: refusalWords(error) });
      }
    },
  });
  const refuse = (message: string) => {
    setWrong(message);
    input.current?.focus();
  };
  const isOfAddress = test.error instanceof ApiFailure && test.error.field === 'to';
  const failure = test.error && !isOfAddress ? titled(t('mail.notTested'), test.error) : null;
  const send = (event: FormEvent) => {
    event.preventDefault();
    const problem = to.trim() === '' ? null : recipient(to);
    if (problem !== null) refuse(problem);
    else if (!isSending.current) test.mutate();
  };
  return (
    <Paper withBorder p="md">
      <Group gap="xs" mb="xs">
        <Title order={2}>{t('mail.title')}</Title>
        {!state.configured ? (
          <StatusBadge meaning="quiet">{t('mail.none')}</StatusBadge>
        ) : state.failure ? (
          <StatusBadge meaning="critical">{t('mail.fails')}</StatusBadge>
        ) : (
          <StatusBadge meaning="good">{t('mail.works')}</StatusBadge>
        )}
      </Group>
      <Text size="sm" c="dimmed">
        {state.configured
          ? t('mail.counts', { waiting: exact(state.waiting), dead: exact(state.dead) })
          : t('mail.noneText', { waiting: exact(state.waiting) })}
      </Text>
      {state.failure && (
        <Text size="sm" c="var(--critical)">
          {t('mail.failure', { ago: ago(state.failure.since), problem: state.failure.problem })}
        </Text>
      )}
      {state.configured && (
        <form onSubmit={send} noValidate>
          <Group align="flex-end" mt="sm" gap="xs">
            <TextInput
              label={t('mail.testTo')}
              type="email"
              data-path="to"
              value={to}
              ref={input}
              error={wrong}
              onChange={({ currentTarget }) => {
                setTo(currentTarget.value);
                setWrong(null);
              }}
              style={{ flex: '1 1 220px' }}
              maw={360}
            />
            <Button type="submit" variant="default" loading={test.isPending}>
              {t('mail.test')}
            </Button>
          </Group>
        </form>
      )}
      <div role="status">
        {test.data && (
          <Alert color="teal" mt="sm">
            {t('mail.tested', { to: test.data.to })}
          </Alert>
        )}
      </div>
      {failure && (
        <Box mt="sm">
          <FailureAlert failure={failure} />
        </Box>
      )}
      <Text size="sm" mt="sm">
        <Anchor renderRoot={(props) => <Link to="/activity" search={{ part: 'outbox' }} {...props} />}>
          {t('mail.toOutbox')}
        </Anchor>
      </Text>
    </Paper>
  );
}
