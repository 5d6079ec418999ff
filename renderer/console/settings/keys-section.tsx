import { Button, Code, Group, Paper, Stack, Text, Title, UnstyledButton } from '@mantine/core';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Key, ListedKey } from '../../../gateway/contract/keys.ts';
import { UserLink } from '../activity/user-link.tsx';
import { usePages } from '../api/pages.ts';
import { useOpened } from '../api/use-opened.ts';
import { EmptyPanel } from '../ui/empty-panel.tsx';
import { ListFilter } from '../ui/list-filter.tsx';
import { NoMatch } from '../ui/no-match.tsx';
import { PartHead } from '../ui/part-head.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { ListFrame } from '../ui/table/list-frame.tsx';
import { WalkedRows } from '../ui/table/walked-rows.tsx';
import { When } from '../ui/when.tsx';
import { KeyDrawer } from './key-drawer.tsx';
import css from './row-card.module.css';
import type { OpenProps } from './settings-screen.tsx';
import { NEW } from './settings-search.ts';
import { useListSearch } from './use-list-search.ts';

/** The secrets that services and people present. */
export function KeysSection({ open, onOpen }: OpenProps) {
  const { t } = useTranslation('settings');
  const { search, onSearch } = useListSearch();
  const list = usePages<ListedKey>(['keys', 'all'], '/api/admin/keys', { search });
  const opened = useOpened<Key>('keys', '/api/admin/keys', list, open === NEW ? undefined : open);
  return (
    <>
      <PartHead
        text={t('keys.hint')}
        action={
          <Button leftSection={<IconPlus size={16} />} onClick={() => onOpen(NEW)}>
            {t('keys.add')}
          </Button>
        }
      />
      <ListFilter count={list.total} value={search} onChange={onSearch} />
      <ListFrame
        list={list}
        empty={
          search === undefined ? (
            <EmptyPanel icon={<IconKey size={36} />} title={t('keys.none')} text={t('keys.noneText')} />
          ) : (
            <NoMatch onClear={() => onSearch(undefined)} />
          )
        }
      >
        <WalkedRows group={t('sections.keys')}>
          <Stack gap={0}>
            {list.items?.map((key) => (
              <KeyRow key={key.id} item={key} onOpen={() => onOpen(key.id)} />
            ))}
          </Stack>
        </WalkedRows>
      </ListFrame>
      {open !== undefined && (open === NEW || opened.item || opened.query.error) && (
        <KeyDrawer key={open} item={opened.item} isNew={open === NEW} onClose={() => onOpen(undefined)} />
      )}
    </>
  );
}

function KeyRow({ item, onOpen }: { item: ListedKey; onOpen(): void }) {
  const { t } = useTranslation('settings');
  return (
    <Paper className={`${css.row} ${css.divided}`}>
      <div className={css.main}>
        <Group gap="xs">
          <UnstyledButton data-opens className={css.open} onClick={onOpen}>
            <Title order={2}>{item.name}</Title>
          </UnstyledButton>
          <StatusBadge meaning={item.revokedAt === null ? 'good' : 'quiet'}>
            {item.revokedAt === null ? t(`keys.kinds.${item.kind}`) : t('keys.revoked')}
          </StatusBadge>
        </Group>
        <Group gap="xs">
          <Code>{item.masked}</Code>
          {item.userId !== null && (
            <Text size="sm" className={css.side}>
              <UserLink id={item.userId} name={item.userName} />
            </Text>
          )}
        </Group>
      </div>
      <Text size="sm" c="dimmed">
        {item.lastUsedAt === null ? (
          t('keys.neverUsed')
        ) : (
          <>
            {t('keys.lastUsed')} <When at={item.lastUsedAt} />
          </>
        )}
      </Text>
    </Paper>
  );
}
