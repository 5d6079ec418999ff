import { Button, Group, Paper, Stack, Text, Title, UnstyledButton } from '@mantine/core';
import { IconPlugConnected, IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Upstream } from '../../../gateway/contract/upstreams.ts';
import { useHealth } from '../api/health.ts';
import { usePages } from '../api/pages.ts';
import { CopyText } from '../ui/copy-text.tsx';
import { EmptyPanel } from '../ui/empty-panel.tsx';
import { PartHead } from '../ui/part-head.tsx';
import { QueryState } from '../ui/query-state.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { WalkedRows } from '../ui/table/walked-rows.tsx';
import { When } from '../ui/when.tsx';
import { WholeList } from '../ui/whole-list.tsx';
import css from './row-card.module.css';
import type { OpenProps } from './settings-screen.tsx';
import { NEW } from './settings-search.ts';
import { UpstreamDrawer } from './upstream-drawer.tsx';
import { STANDING_MEANINGS, type Standing, standingOf } from './upstream-standing.ts';
import { UpstreamTestButton } from './upstream-test-button.tsx';
import { useListSearch } from './use-list-search.ts';

/** The providers that requests go to, in the order in which they are asked. */
export function UpstreamsSection({ open, onOpen }: OpenProps) {
  const { t } = useTranslation('settings');
  const searched = useListSearch();
  const health = useHealth();
  const looks = health.data?.kind === 'report' ? health.data.report.checks.upstreams.items : [];
  const list = usePages<Upstream>(['upstreams'], '/api/admin/upstreams', { limit: 200, sort: 'position' });
  return (
    <QueryState query={{ data: list.items, error: list.error, refetch: () => list.refetch() }}>
      {(items) => (
        <>
          <PartHead
            text={t('upstreams.hint')}
            action={
              <Button leftSection={<IconPlus size={16} />} onClick={() => onOpen(NEW)}>
                {t('upstreams.add')}
              </Button>
            }
          />
          <WholeList
            {...searched}
            items={items}
            textsOf={({ id, name, baseUrl, models }) => [id, name, baseUrl, ...models]}
            none={
              <Paper withBorder>
                <EmptyPanel
                  icon={<IconPlugConnected size={36} />}
                  title={t('upstreams.none')}
                  text={t('upstreams.noneText')}
                />
              </Paper>
            }
          >
            {(found) => (
              <WalkedRows group={t('sections.upstreams')}>
                <Stack gap="sm">
                  {found.map((upstream) => (
                    <UpstreamRow
                      key={upstream.id}
                      upstream={upstream}
                      standing={standingOf(upstream, looks.find(({ id }) => id === upstream.id)?.status)}
                      onOpen={() => onOpen(upstream.id)}
                    />
                  ))}
                </Stack>
              </WalkedRows>
            )}
          </WholeList>
          {open !== undefined && (
            <UpstreamDrawer
              key={open}
              upstream={items.find(({ id }) => id === open)}
              isNew={open === NEW}
              onClose={() => onOpen(undefined)}
            />
          )}
        </>
      )}
    </QueryState>
  );
}

interface UpstreamRowProps {
  upstream: Upstream;
  standing: Standing;
  onOpen(): void;
}

function UpstreamRow({ upstream, standing, onOpen }: UpstreamRowProps) {
  const { t } = useTranslation(['settings', 'common']);
  const { health, name, kind, baseUrl, models, hasApiKey, position } = upstream;
  return (
    <Paper withBorder className={css.row}>
      <div className={css.main}>
        <Group gap="xs">
          <UnstyledButton data-opens className={css.open} onClick={onOpen}>
            <Title order={2}>{name}</Title>
          </UnstyledButton>
          <StatusBadge meaning={STANDING_MEANINGS[standing]}>{t(`upstreams.states.${standing}`)}</StatusBadge>
          {!hasApiKey && kind !== 'demo' && <StatusBadge meaning="warning">{t('upstreams.noKey')}</StatusBadge>}
        </Group>
        <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {t(`upstreams.kinds.${kind}`)}
          {kind !== 'demo' && (
            <>
              {` · ${baseUrl} `}
              <CopyText text={baseUrl} label={t('upstreams.copyUrl', { url: baseUrl })} />
            </>
          )}
        </Text>
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {t('upstreams.serves', { models: models.join(', ') })}
        </Text>
        {health.lastFailure !== null && (
          <Text size="sm" c="var(--critical)">
            {t(`upstreams.failures.${health.lastFailure.kind}`)} <When at={health.lastFailure.at} />
          </Text>
        )}
      </div>
      <Group gap="xs" className={css.side}>
        <Text size="sm" c="dimmed">
          {t('upstreams.place', { position })}
        </Text>
        {kind !== 'demo' && <UpstreamTestButton id={upstream.id} />}
      </Group>
    </Paper>
  );
}
