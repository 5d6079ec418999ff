import { Anchor, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useMay, useSession } from '../session/use-session.tsx';
import { AnchorLink } from '../ui/anchor-link.tsx';
import { Facts } from '../ui/facts.tsx';
import { QueryState } from '../ui/query-state.tsx';
import { ThirdParties } from './third-parties.tsx';

interface Described {
  info: { title: string; version: string };
}

const API_DOCS = '/api/docs';

/** Which version this is, how its API is described, and under which licence it comes. */
export function AboutSection() {
  const { t } = useTranslation('settings');
  const session = useSession();
  const may = useMay();
  const query = useQuery({
    queryKey: ['openapi'],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: ({ signal }) => session.call<Described>('/api/openapi.json', { signal }),
  });
  return (
    <Stack gap="md">
      <Paper withBorder p="md">
        <Title order={2} mb="sm">
          {'IA Solaris'}
        </Title>
        <Stack gap="sm">
          <QueryState query={query}>
            {({ info }) => (
              <Facts
                rows={[
                  [t('about.version'), info.version],
                  [t('about.licence'), t('about.licenceText')],
                  [
                    t('about.api'),
                    <Anchor key="api" href={API_DOCS} target="_blank" rel="noreferrer">
                      {API_DOCS}
                    </Anchor>,
                  ],
                ]}
              />
            )}
          </QueryState>
          <Text size="sm" c="dimmed">
            {t('about.privacy')}
          </Text>
          {may('admin') && (
            <Text size="sm">
              <AnchorLink to="/setup">{t('about.setup')}</AnchorLink>
            </Text>
          )}
        </Stack>
      </Paper>
      <ThirdParties />
    </Stack>
  );
}
