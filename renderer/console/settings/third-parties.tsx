import { Accordion, Code, Paper, Text, TextInput, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../format/use-format.ts';
import { useSession } from '../session/use-session.tsx';
import { QueryState } from '../ui/query-state.tsx';

interface Notices {
  readonly packages: readonly { name: string; version: string; licence: string; text: number | null }[];
  readonly texts: readonly string[];
}

/** Written by the build, from the packages that went into it. */
const FILE = '/admin/third-party-notices.json';

/** Whose work this stands on, and under which licences. */
export function ThirdParties() {
  const { t } = useTranslation('settings');
  const session = useSession();
  const query = useQuery({
    queryKey: ['third-parties'],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => session.call<Notices>(FILE, { signal }),
  });
  return (
    <Paper withBorder p="md">
      <Title order={2} mb={4}>
        {t('about.thirdParties')}
      </Title>
      <QueryState query={query}>{(notices) => <Packages notices={notices} />}</QueryState>
    </Paper>
  );
}

function Packages({ notices }: { notices: Notices }) {
  const { t } = useTranslation(['settings', 'common']);
  const { exact } = useFormat();
  const [search, setSearch] = useState('');
  const { packages, texts } = notices;
  const found = packages.filter(({ name }) => name.includes(search.trim().toLowerCase()));
  return (
    <>
      <Text size="sm" c="dimmed" mb="sm">
        {t('about.thirdPartiesHint', { count: packages.length, formatted: exact(packages.length) })}
      </Text>
      <TextInput
        aria-label={t('common:search')}
        placeholder={t('common:search')}
        value={search}
        onChange={({ currentTarget }) => setSearch(currentTarget.value)}
        maw={320}
        mb="sm"
      />
      <Accordion variant="contained" order={3} style={{ maxHeight: 480, overflowY: 'auto' }}>
        {found.map(({ name, version, licence, text }) => (
          <Accordion.Item key={`${name}@${version}`} value={`${name}@${version}`}>
            <Accordion.Control>{`${name} ${version} · ${licence}`}</Accordion.Control>
            <Accordion.Panel>
              {text === null ? (
                <Text size="sm">{t('about.noText', { licence })}</Text>
              ) : (
                <Code block style={{ whiteSpace: 'pre-wrap' }}>
                  {texts[text]}
                </Code>
              )}
            </Accordion.Panel>
          </Accordion.Item>
        ))}
      </Accordion>
    </>
  );
}
