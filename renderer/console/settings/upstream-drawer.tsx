import { NumberInput, Select, Switch, TagsInput, Text, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { LONGEST, MOST_OF, RANGES } from '../../../gateway/contract/bounds.ts';
import type { Upstream } from '../../../gateway/contract/upstreams.ts';
import { useDraft } from '../drafts/use-draft.ts';
import { atItsField } from '../ui/form.ts';
import { FormDrawer } from '../ui/form-drawer.tsx';
import { MissingDrawer } from '../ui/missing-drawer.tsx';
import { PasswordField } from '../ui/password-field.tsx';
import { Removal } from '../ui/removal.tsx';
import { atMost, httpUrl, listed, within, withinOrNone, words } from '../ui/rules.ts';
import { useForm } from '../ui/use-form.ts';
import { useSave } from '../ui/use-save.ts';
import { UpstreamConnection } from './upstream-connection.tsx';
import {
  aliasesOf,
  aliasLines,
  fieldOf,
  isCertificate,
  isTimeLimit,
  KINDS,
  UPSTREAM_STALE,
  type UpstreamValues,
  upstreamBody,
  upstreamValues,
} from './upstream-form.ts';
import { UpstreamTestButton } from './upstream-test-button.tsx';
import { useUpstreamTest } from './use-upstream-test.ts';

interface UpstreamDrawerProps {
  upstream: Upstream | undefined;
  isNew: boolean;
  onClose(): void;
}

/** An upstream's form; without one, a new one's. */
export function UpstreamDrawer({ upstream, isNew, onClose }: UpstreamDrawerProps) {
  const { t } = useTranslation(['settings', 'common']);
  const form = useForm<UpstreamValues>({
    initialValues: upstreamValues(upstream),
    validateInputOnBlur: true,
    validate: {
      name: atMost(LONGEST.name),
      baseUrl: (url, { kind }) => (kind === 'demo' ? null : httpUrl(url)),
      apiKey: atMost(LONGEST.apiKey),
      models: (models) =>
        models.length === 0
          ? t('upstreams.modelsNeeded')
          : listed(MOST_OF.upstreamModels, words(LONGEST.modelPattern))(models),
      position: withinOrNone(RANGES.position),
      weight: within(RANGES.weight),
      connectSeconds: (seconds) => (isTimeLimit(seconds) ? null : t('upstreams.limitRule')),
      headersSeconds: (seconds) => (isTimeLimit(seconds) ? null : t('upstreams.limitRule')),
      idleSeconds: (seconds) => (isTimeLimit(seconds) ? null : t('upstreams.limitRule')),
      caCertificate: (pem) =>
        isCertificate(pem) ? atMost(LONGEST.certificate)(pem) : t('upstreams.caCertificateRule'),
      aliases: (lines) => (aliasesOf(lines) === null ? t('upstreams.aliasesHint') : null),
    },
  });
  const draft = useDraft(`upstream/${upstream?.id ?? ''}`, form, ['apiKey']);
  const test = useUpstreamTest();
  const saving = useSave({
    draft,
    stale: UPSTREAM_STALE,
    onField: atItsField(form, fieldOf),
  });
  if (!upstream && !isNew) return <MissingDrawer onClose={onClose} />;

  const submit = form.onSubmit(async (values) => {
    const body = upstreamBody(values);
    const { name, baseUrl, models, enabled } = body;
    const answer = await saving.save<Upstream>({
      path: upstream ? `/api/admin/upstreams/${upstream.id}` : '/api/admin/upstreams',
      call: { method: upstream ? 'PUT' : 'POST', body },
      expects: upstream && { in: ['upstreams'], id: upstream.id, fields: { name, baseUrl, models, enabled } },
      done: t('common:saved'),
    });
    if (answer === undefined) return;
    onClose();
    if (answer.kind !== 'demo' && answer.enabled) void test(answer);
  });
  const { kind } = form.values;
  const isDemo = kind === 'demo';
  const isTested = !isDemo && form.values.enabled;
  return (
    <FormDrawer
      title={upstream?.name ?? t('upstreams.add')}
      onClose={onClose}
      isDirty={() => !saving.isDone() && form.isDirty()}
      isEdit={!isNew}
      draft={draft}
      hasSecret={() => form.values.apiKey !== ''}
      onSubmit={submit}
      submitLabel={isTested ? t('upstreams.saveAndTest') : undefined}
      busy={saving.busy}
      failure={saving.failure}
      danger={
        upstream && (
          <Removal
            label={t('upstreams.remove')}
            danger="upstreamRemove"
            text={t('upstreams.removeText', { name: upstream.name })}
            stale={UPSTREAM_STALE}
            save={() => ({
              path: `/api/admin/upstreams/${upstream.id}`,
              call: { method: 'DELETE' },
              done: t('common:removed'),
            })}
            onDone={onClose}
          />
        )
      }
    >
      {upstream && upstream.source !== 'console' && (
        <Text size="sm" c="dimmed">
          {t('appliedAtStart')}
        </Text>
      )}
      <Select
        label={t('upstreams.kind')}
        data-autofocus={isNew || undefined}
        data={KINDS.map((value) => ({ value, label: t(`upstreams.kinds.${value}`) }))}
        {...form.getInputProps('kind')}
      />
      <TextInput label={t('upstreams.name')} {...form.getInputProps('name')} />
      {!isDemo && (
        <>
          <TextInput
            label={t('upstreams.baseUrl')}
            description={t('upstreams.baseUrlHint')}
            placeholder="https://api.openai.com/v1"
            required
            {...form.getInputProps('baseUrl')}
          />
          <PasswordField
            label={t('upstreams.apiKey')}
            description={t('upstreams.apiKeyHint')}
            placeholder={upstream?.hasApiKey ? t('secretSet') : t('common:notSet')}
            autoComplete="new-password"
            {...form.getInputProps('apiKey')}
          />
        </>
      )}
      <TagsInput
        label={t('upstreams.models')}
        description={t('upstreams.modelsHint')}
        splitChars={[',', ' ']}
        {...form.getInputProps('models')}
      />
      <TagsInput
        label={t('upstreams.aliases')}
        description={t('upstreams.aliasesHint')}
        placeholder={aliasLines({ 'team-model': 'gpt-4o' })[0] ?? ''}
        {...form.getInputProps('aliases')}
      />
      <NumberInput
        label={t('upstreams.position')}
        description={t('upstreams.positionHint')}
        min={0}
        allowDecimal={false}
        {...form.getInputProps('position')}
      />
      <NumberInput
        label={t('upstreams.weight')}
        description={t('upstreams.weightHint')}
        min={0}
        allowDecimal={false}
        {...form.getInputProps('weight')}
      />
      {!isDemo && <UpstreamConnection form={form} />}
      <Switch label={t('upstreams.enabled')} {...form.getInputProps('enabled', { type: 'checkbox' })} />
      {upstream && !isDemo && <UpstreamTestButton id={upstream.id} />}
    </FormDrawer>
  );
}
