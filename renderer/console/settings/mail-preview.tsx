import { Code, Group, Paper, SegmentedControl, Select, Text, Title } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import i18next from 'i18next';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { type Locale, localeNames, locales } from '../../shared/i18n/locale.ts';
import { useSession } from '../session/use-session.tsx';
import { styleNonce } from '../style-nonce.ts';
import { QueryState } from '../ui/query-state.tsx';
import { framedMail } from './framed-mail.ts';
import css from './mail-preview.module.css';

interface Rendered {
  readonly subject: string;
  readonly html: string;
  readonly text: string;
}

type Form = 'html' | 'text';

/** Every kind of mail as its recipients see it, with invented data, in both languages. */
export function MailPreview() {
  const { t, i18n } = useTranslation('settings');
  const session = useSession();
  const [kind, setKind] = useState<string | null>(null);
  const [locale, setLocale] = useState(i18n.language as Locale);
  const [form, setForm] = useState<Form>('html');
  const kinds = useQuery({
    queryKey: ['mail-kinds'],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => session.call<{ items: string[] }>('/api/admin/mail/kinds', { signal }),
  });
  const chosen = kind ?? kinds.data?.items[0] ?? null;
  const rendered = useQuery({
    queryKey: ['mail-preview', chosen, locale],
    enabled: chosen !== null,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      session.call<Rendered>('/api/admin/mail/preview', { query: { kind: chosen, locale }, signal }),
  });
  // Kinds are named by the gateway, which the catalogue's type cannot know.
  const look = i18next.getFixedT(i18n.language, 'activity') as unknown as (
    key: string,
    options: { defaultValue: string },
  ) => string;
  return (
    <Paper withBorder p="md">
      <Title order={2} mb={4}>
        {t('mail.preview')}
      </Title>
      <Text size="sm" c="dimmed" mb="sm">
        {t('mail.previewHint')}
      </Text>
      <QueryState query={kinds}>
        {({ items }) => (
          <Group gap="sm" align="flex-end" mb="sm">
            <Select
              label={t('mail.kind')}
              value={chosen}
              data={items.map((value) => ({
                value,
                label: look(`mailKinds.${value}`, { defaultValue: value.replaceAll('_', ' ') }),
              }))}
              onChange={setKind}
              style={{ flex: '1 1 220px' }}
              maw={340}
            />
            <SegmentedControl
              aria-label={t('mail.language')}
              value={locale}
              data={locales.map((value) => ({ value, label: localeNames[value] }))}
              onChange={(value) => setLocale(value as Locale)}
            />
            <SegmentedControl
              aria-label={t('mail.form')}
              value={form}
              data={(['html', 'text'] as const).map((value) => ({ value, label: t(`mail.forms.${value}`) }))}
              onChange={(value) => setForm(value as Form)}
            />
          </Group>
        )}
      </QueryState>
      {chosen !== null && (
        <QueryState query={rendered}>
          {({ subject, html, text }) => (
            <>
              <Text size="sm" mb="xs" data-testid="subject">
                <b>{subject}</b>
              </Text>
              {form === 'html' ? (
                <iframe
                  className={css.frame}
                  title={t('mail.preview')}
                  sandbox=""
                  srcDoc={framedMail(html, styleNonce())}
                />
              ) : (
                <Code block className={css.text} tabIndex={0}>
                  {text}
                </Code>
              )}
            </>
          )}
        </QueryState>
      )}
    </Paper>
  );
}
