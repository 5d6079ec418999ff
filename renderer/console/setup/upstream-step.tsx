import { Button, Group, Paper, Select, Stack, Text, TextInput, Title } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { LONGEST } from '../../../gateway/contract/bounds.ts';
import type { Upstream } from '../../../gateway/contract/upstreams.ts';
import { useUpstreams } from '../api/plans.ts';
import { useDraft } from '../drafts/use-draft.ts';
import { UPSTREAM_STALE } from '../settings/upstream-form.ts';
import { UpstreamTestButton } from '../settings/upstream-test-button.tsx';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { atItsField } from '../ui/form.ts';
import { PasswordField } from '../ui/password-field.tsx';
import { QueryState } from '../ui/query-state.tsx';
import { atMost, httpUrl, words } from '../ui/rules.ts';
import { StatusBadge } from '../ui/status-badge.tsx';
import { UnsavedGuard } from '../ui/unsaved-guard.tsx';
import { useForm } from '../ui/use-form.ts';
import { useSave } from '../ui/use-save.ts';
import { OTHER, PRESETS } from './upstream-presets.ts';

/** A provider with its key, stored and tried. */
export function UpstreamStep() {
  const query = useUpstreams();
  return (
    <QueryState query={query}>
      {({ items }) => {
        const real = items.filter(({ kind }) => kind !== 'demo');
        return (
          <Stack gap="md">
            {real.map((upstream) => (
              <Present key={upstream.id} upstream={upstream} />
            ))}
            <NewUpstream isFirst={real.length === 0} />
          </Stack>
        );
      }}
    </QueryState>
  );
}

/** One that there is, with its test, and its key where the test says that it is wrong. */
function Present({ upstream }: { upstream: Upstream }) {
  const { t } = useTranslation(['setup', 'settings']);
  const { id, name, kind, baseUrl, hasApiKey } = upstream;
  const form = useForm({
    initialValues: { apiKey: '' },
    validate: { apiKey: words(LONGEST.apiKey, () => t('upstream.keyNeeded')) },
  });
  const saving = useSave({ stale: UPSTREAM_STALE, onField: atItsField(form) });
  const replace = form.onSubmit(async ({ apiKey }) => {
    const answer = await saving.save({
      path: `/api/admin/upstreams/${id}`,
      call: { method: 'PUT', body: { apiKey: apiKey.trim() } },
      done: t('upstream.keyReplaced'),
    });
    if (answer !== undefined) form.reset();
  });
  return (
    <Paper withBorder p="md" data-testid="upstream">
      <Group gap="xs">
        <Title order={3}>{name}</Title>
        {!hasApiKey && <StatusBadge meaning="quiet">{t('settings:upstreams.noKey')}</StatusBadge>}
      </Group>
      <Text size="sm" c="dimmed" mb="sm" style={{ overflowWrap: 'anywhere' }}>
        {`${t(`settings:upstreams.kinds.${kind}`)} · ${baseUrl}`}
      </Text>
      <Stack gap="sm" align="flex-start">
        <UpstreamTestButton id={id} atOnce />
        <form onSubmit={replace} noValidate style={{ width: '100%' }}>
          <Stack gap="sm">
            <FailureAlert failure={saving.failure} />
            <Group align="flex-end" gap="xs">
              <PasswordField
                label={t('upstream.otherKey')}
                autoComplete="new-password"
                {...form.getInputProps('apiKey')}
                style={{ flex: '1 1 240px' }}
                maw={420}
              />
              <Button type="submit" variant="default" disabled={!form.isDirty()} loading={saving.busy}>
                {t('upstream.replaceKey')}
              </Button>
            </Group>
          </Stack>
        </form>
      </Stack>
    </Paper>
  );
}

function NewUpstream({ isFirst }: { isFirst: boolean }) {
  const { t } = useTranslation(['setup', 'settings']);
  const [first = OTHER] = PRESETS;
  const form = useForm({
    initialValues: { preset: first.id, baseUrl: first.baseUrl, apiKey: '' },
    validate: {
      baseUrl: (url) => (url.includes('NAME') ? t('settings:upstreams.urlNeeded') : httpUrl(url)),
      apiKey: (key, { preset }) =>
        presetOf(preset).needsKey
          ? words(LONGEST.apiKey, () => t('upstream.keyNeeded'))(key)
          : atMost(LONGEST.apiKey)(key),
    },
  });
  const draft = useDraft('first-upstream', form, ['apiKey']);
  const saving = useSave({
    stale: UPSTREAM_STALE,
    onField: atItsField(form),
    draft,
  });
  const submit = form.onSubmit(async ({ preset, baseUrl, apiKey }) => {
    const { kind, name } = presetOf(preset);
    const answer = await saving.save<Upstream>({
      path: '/api/admin/upstreams',
      call: {
        method: 'POST',
        body: {
          kind,
          ...(name === '' ? {} : { name }),
          baseUrl: baseUrl.trim(),
          ...(apiKey.trim() === '' ? {} : { apiKey: apiKey.trim() }),
        },
      },
      done: t('upstream.stored'),
    });
    if (answer !== undefined) form.reset();
  });
  const { preset } = form.values;
  return (
    <Paper withBorder p="md">
      <UnsavedGuard isDirty={() => form.values.apiKey !== ''} />
      <Title order={3} mb="sm">
        {t(isFirst ? 'upstream.first' : 'upstream.another')}
      </Title>
      <form onSubmit={submit} noValidate>
        <Stack gap="sm" maw={560}>
          <FailureAlert failure={saving.failure} />
          <Select
            label={t('upstream.provider')}
            data={[...PRESETS, { ...OTHER, name: t('upstream.other') }].map(({ id, name }) => ({
              value: id,
              label: name,
            }))}
            value={preset}
            onChange={(id) => {
              const chosen = presetOf(id ?? OTHER.id);
              form.setValues({ preset: chosen.id, baseUrl: chosen.baseUrl });
              form.clearErrors();
            }}
          />
          <TextInput
            label={t('settings:upstreams.baseUrl')}
            description={t(preset === 'azure' ? 'upstream.azureUrl' : 'settings:upstreams.baseUrlHint')}
            required
            {...form.getInputProps('baseUrl')}
          />
          <PasswordField
            label={t('settings:upstreams.apiKey')}
            description={t('settings:upstreams.apiKeyHint')}
            required={presetOf(preset).needsKey}
            autoComplete="new-password"
            {...form.getInputProps('apiKey')}
          />
          <Group>
            <Button type="submit" variant={isFirst ? 'filled' : 'default'} loading={saving.busy}>
              {t('upstream.storeAndTest')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Paper>
  );
}

function presetOf(id: string) {
  return PRESETS.find((preset) => preset.id === id) ?? OTHER;
}
