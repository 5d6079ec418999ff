import { Button, Group, Paper, Stack, Text, Title, UnstyledButton } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Operator } from '../../../gateway/contract/operators.ts';
import { usePages } from '../api/pages.ts';
import { useOpened } from '../api/use-opened.ts';
import { ListFilter } from '../ui/list-filter.tsx';
import { NoMatch } from '../ui/no-match.tsx';
import { PartHead } from '../ui/part-head.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { ListFrame } from '../ui/table/list-frame.tsx';
import { WalkedRows } from '../ui/table/walked-rows.tsx';
import { When } from '../ui/when.tsx';
import { ApproverKeyDrawer } from './approver-key-drawer.tsx';
import { ApproverKeysPanel } from './approver-keys-panel.tsx';
import { OperatorDrawer } from './operator-drawer.tsx';
import css from './row-card.module.css';
import type { OpenProps } from './settings-screen.tsx';
import { NEW } from './settings-search.ts';
import { useListSearch } from './use-list-search.ts';
import { useSettings } from './use-settings.ts';

/** In place of an id: the drawer enrols a key of an approver. */
const NEW_KEY = '+key';

/** Who may sign in to the console, and what they may do. */
export function OperatorsSection({ open, onOpen }: OpenProps) {
  const { t } = useTranslation(['settings', 'frame']);
  const { search, onSearch } = useListSearch();
  const locale = useSettings().data?.items.find(({ key }) => key === 'locale')?.value;
  const teamLocale = typeof locale === 'string' ? locale : 'en';
  const list = usePages<Operator>(['operators'], '/api/admin/operators', { search });
  const opened = useOpened<Operator>(
    'operators',
    '/api/admin/operators',
    list,
    open === NEW || open === NEW_KEY ? undefined : open,
  );
  return (
    <>
      <PartHead
        text={t('operators.hint')}
        action={
          <Button leftSection={<IconPlus size={16} />} onClick={() => onOpen(NEW)}>
            {t('operators.add')}
          </Button>
        }
      />
      <ListFilter count={list.total} value={search} onChange={onSearch} />
      <ListFrame list={list} empty={<NoMatch onClear={() => onSearch(undefined)} />}>
        <WalkedRows group={t('sections.operators')}>
          <Stack gap={0}>
            {list.items?.map((operator) => (
              <Paper key={operator.id} className={`${css.row} ${css.divided}`}>
                <div className={css.main}>
                  <Group gap="xs">
                    <UnstyledButton data-opens className={css.open} onClick={() => onOpen(operator.id)}>
                      <Title order={2}>{operator.name || operator.email}</Title>
                    </UnstyledButton>
                    <StatusBadge meaning={operator.disabledAt === null ? 'good' : 'quiet'}>
                      {operator.disabledAt === null ? t(`frame:roles.${operator.role}`) : t('operators.disabled')}
                    </StatusBadge>
                    {operator.totp && <StatusBadge meaning="good">{t('operators.codes')}</StatusBadge>}
                    {operator.lockedUntil !== null && (
                      <StatusBadge meaning="critical">{t('operators.locked')}</StatusBadge>
                    )}
                  </Group>
                  {operator.name !== '' && (
                    <Text size="sm" c="dimmed">
                      {operator.email}
                    </Text>
                  )}
                </div>
                <Text size="sm" c="dimmed">
                  {operator.lastLoginAt === null ? (
                    t('operators.neverLoggedIn')
                  ) : (
                    <>
                      {t('operators.lastLogin')} <When at={operator.lastLoginAt} />
                    </>
                  )}
                </Text>
              </Paper>
            ))}
          </Stack>
        </WalkedRows>
      </ListFrame>
      <ApproverKeysPanel onAdd={() => onOpen(NEW_KEY)} />
      {open === NEW_KEY && list.items && <ApproverKeyDrawer operators={list.items} onClose={() => onOpen(undefined)} />}
      {open !== undefined && open !== NEW_KEY && (open === NEW || opened.item || opened.query.error) && (
        <OperatorDrawer
          // What a new one begins with is read once.
          key={`${open} ${teamLocale}`}
          operator={opened.item}
          isNew={open === NEW}
          teamLocale={teamLocale}
          onClose={() => onOpen(undefined)}
        />
      )}
    </>
  );
}
