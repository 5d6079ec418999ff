import { Button, Code, Group, Paper, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LONGEST } from '../../../gateway/contract/bounds.ts';
import type { Operator, Token } from '../../../gateway/contract/operators.ts';
import { usePages } from '../api/pages.ts';
import { useDraft } from '../drafts/use-draft.ts';
import { useFormat } from '../format/use-format.ts';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { atItsField } from '../ui/form.ts';
import { ListFilter } from '../ui/list-filter.tsx';
import { NoMatch } from '../ui/no-match.tsx';
import { Removal } from '../ui/removal.tsx';
import { words } from '../ui/rules.ts';
import { ListFrame } from '../ui/table/list-frame.tsx';
import { useForm } from '../ui/use-form.ts';
import { useSave } from '../ui/use-save.ts';
import { When } from '../ui/when.tsx';
import { KeySecret } from './key-secret.tsx';
import { useListSearch } from './use-list-search.ts';

const ROLES = ['viewer', 'approver', 'admin', 'owner'] as const;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LIVES = ['30', '90', '365', 'never'] as const;

/** Tokens for scripts that call the API, with at most the own role. */
export function TokensPanel({ operator }: { operator: Operator }) {
  const { t } = useTranslation(['settings', 'common', 'frame']);
  const { date } = useFormat();
  const { search, onSearch } = useListSearch();
  const list = usePages<Token>(['tokens'], '/api/admin/tokens', { search });
  const [secret, setSecret] = useState<string | null>(null);
  const form = useForm({
    initialValues: { name: '', role: 'viewer' as Operator['role'], life: '90' },
    validate: { name: words(LONGEST.operatorName) },
  });
  const draft = useDraft('token', form);
  const saving = useSave({
    draft,
    stale: ['tokens', 'audit'],
    onField: atItsField(form, (field) => (field === 'expiresAt' ? 'life' : field)),
  });
  const submit = form.onSubmit(async ({ name, role, life }) => {
    // To the hour: what is sent once more, by a second press or after a lost answer, is the same token.
    const ends = Math.ceil((Date.now() + Number(life) * DAY_MS) / HOUR_MS) * HOUR_MS;
    const expiresAt = life === 'never' ? null : ends;
    const made = await saving.save<{ token: string }>({
      path: '/api/admin/tokens',
      call: { method: 'POST', body: { name: name.trim(), role, expiresAt } },
    });
    if (made === undefined) return;
    form.reset();
    setSecret(made.token);
  });
  const most = ROLES.indexOf(operator.role);
  return (
    <Paper withBorder p="md">
      <Title order={2}>{t('account.tokens')}</Title>
      <Text size="sm" c="dimmed" mb="sm">
        {t('account.tokensHint')}
      </Text>
      <form onSubmit={submit} noValidate>
        <FailureAlert failure={saving.failure} />
        <Group align="flex-start" gap="xs" mb="sm">
          <TextInput label={t('account.tokenName')} {...form.getInputProps('name')} />
          <Select
            label={t('operators.role')}
            w={170}
            data={ROLES.slice(0, most + 1).map((value) => ({ value, label: t(`frame:roles.${value}`) }))}
            {...form.getInputProps('role')}
          />
          <Select
            label={t('account.tokenLife')}
            w={150}
            data={LIVES.map((value) => ({
              value,
              label: value === 'never' ? t('account.tokenForever') : t('account.days', { count: Number(value) }),
            }))}
            {...form.getInputProps('life')}
          />
          <Button type="submit" variant="default" mt={24} loading={saving.busy}>
            {t('account.makeToken')}
          </Button>
        </Group>
      </form>
      <ListFilter count={list.total} value={search} onChange={onSearch} />
      <ListFrame
        isBare
        list={list}
        empty={
          search === undefined ? (
            <Text size="sm" c="dimmed">
              {t('account.noTokens')}
            </Text>
          ) : (
            <NoMatch onClear={() => onSearch(undefined)} />
          )
        }
      >
        <Stack gap="xs">
          {list.items?.map((token) => (
            <Group key={token.id} justify="space-between">
              <div>
                <Text size="sm" fw={600}>
                  {token.name} <Code>{`…${token.hint}`}</Code>
                </Text>
                <Text size="xs" c="dimmed">
                  {token.operatorId !== operator.id && `${token.operator} · `}
                  {t(`frame:roles.${token.role}`)}
                  {' · '}
                  {token.expiresAt === null
                    ? t('account.tokenForever')
                    : t('account.tokenUntil', { date: date(token.expiresAt) })}
                  {' · '}
                  {t('keys.lastUsed')} <When at={token.lastUsedAt} size="xs" />
                </Text>
              </div>
              <Removal
                label={t('account.revokeToken')}
                danger="tokenRevoke"
                text={t('account.revokeTokenText', { name: token.name })}
                size="xs"
                stale={['tokens', 'audit']}
                save={() => ({
                  path: `/api/admin/tokens/${token.id}`,
                  call: { method: 'DELETE' },
                  done: t('common:removed'),
                })}
              />
            </Group>
          ))}
        </Stack>
      </ListFrame>
      {secret !== null && <KeySecret secret={secret} kind="token" onClose={() => setSecret(null)} />}
    </Paper>
  );
}
