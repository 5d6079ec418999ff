import { Button, Group, NumberInput, Select, Switch, TagsInput, Text, TextInput } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { MOST_DECIMALS } from '../../../gateway/contract/bounds.ts';
import type { Setting } from '../../../gateway/contract/settings.ts';
import { PERCENT_DECIMALS, percentOf, shareOf } from '../format/percents.ts';
import { separatorsOf } from '../format/separators.ts';
import { DayField } from '../ui/day-field.tsx';
import { LimitField } from '../ui/limit-field.tsx';
import { PasswordField } from '../ui/password-field.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { useSave } from '../ui/use-save.ts';
import { NamedChoice } from './named-choice.tsx';
import { RETENTION, SHARES, WORD_FOR_NONE } from './setting-groups.ts';
import { type SettingValue, useSettingWords } from './use-settings.ts';

interface SettingFieldProps {
  setting: Setting;
  /** As typed, else as it is. */
  value: SettingValue;
  isChanged: boolean;
  error: string | undefined;
  onChange(value: SettingValue): void;
}

/** One setting: its input, and where its value comes from. */
export function SettingField(props: SettingFieldProps) {
  const { setting } = props;
  return (
    <div>
      <Input {...props} />
      <Origin setting={setting} />
    </div>
  );
}

function Input({ setting, value, error, onChange, isChanged }: SettingFieldProps) {
  const { t, i18n } = useTranslation(['settings', 'common']);
  const words = useSettingWords()(setting);
  const { kind, locked, secret, key, rule } = setting;
  const shared = { label: words.label, description: words.hint, error, disabled: locked, 'data-path': key };
  const orNull = (text: string) => onChange(text === '' ? null : text);
  const none = WORD_FOR_NONE[key];

  if (secret) {
    return (
      <PasswordField
        {...shared}
        maw={560}
        value={isChanged && typeof value === 'string' ? value : ''}
        placeholder={
          isChanged && value === null ? t('secretGoes') : setting.isSet ? t('secretSet') : t('common:notSet')
        }
        autoComplete="new-password"
        onChange={({ currentTarget }) => orNull(currentTarget.value)}
      />
    );
  }
  if (kind === 'boolean') {
    return (
      <Switch {...shared} checked={value === true} onChange={({ currentTarget }) => onChange(currentTarget.checked)} />
    );
  }
  if (kind === 'choice') {
    return (
      <Select
        {...shared}
        styles={{ wrapper: { maxWidth: 560 } }}
        value={typeof value === 'string' ? value : null}
        data={(setting.choices ?? []).map((choice) => ({ value: choice, label: words.choice(choice) }))}
        onChange={(choice) => choice !== null && onChange(choice)}
      />
    );
  }
  if (kind === 'list') {
    return (
      <TagsInput
        {...shared}
        value={Array.isArray(value) ? value : []}
        splitChars={[',', ' ']}
        onChange={(list) => onChange(list)}
      />
    );
  }
  if (none !== undefined && !locked) {
    return (
      <LimitField
        label={words.label}
        description={words.hint}
        error={error}
        data-path={key}
        none={t(none)}
        value={typeof value === 'number' || value === null ? value : undefined}
        onChange={(next) => onChange(next === 'inherit' ? null : (next ?? ''))}
      />
    );
  }
  if (SHARES.includes(key)) {
    return (
      <NumberInput
        {...shared}
        styles={{ wrapper: { maxWidth: 260 } }}
        hideControls
        suffix=" %"
        value={typeof value === 'number' ? percentOf(value) : ''}
        decimalScale={PERCENT_DECIMALS}
        {...separatorsOf(i18n.language)}
        onChange={(next) => onChange(next === '' ? null : shareOf(Number(next)))}
      />
    );
  }
  if (kind === 'integer' || kind === 'decimal') {
    return (
      <NumberInput
        {...shared}
        styles={{ wrapper: { maxWidth: 260 } }}
        hideControls
        value={typeof value === 'number' ? value : ''}
        decimalScale={kind === 'integer' ? 0 : MOST_DECIMALS}
        {...separatorsOf(i18n.language)}
        // Ports are names, not amounts.
        {...(key.endsWith('port') ? { thousandSeparator: '' } : {})}
        onChange={(next) => onChange(next === '' ? null : Number(next))}
      />
    );
  }
  if (rule.format === 'day') {
    return <DayField {...shared} maw={260} value={typeof value === 'string' ? value : ''} onChange={orNull} />;
  }
  if (rule.format === 'timeZone' || rule.format === 'currency') {
    return (
      <NamedChoice
        {...shared}
        maw={560}
        kind={rule.format}
        value={typeof value === 'string' ? value : ''}
        onChange={orNull}
      />
    );
  }
  return (
    <TextInput
      {...shared}
      maw={560}
      value={typeof value === 'string' ? value : ''}
      placeholder={t('common:notSet')}
      onChange={({ currentTarget }) => orNull(currentTarget.value)}
    />
  );
}

/** Where the value comes from, what locks it, and the way back to the default. */
function Origin({ setting }: { setting: Setting }) {
  const { t } = useTranslation(['settings', 'common']);
  const { key, source, setBy, locked, restart } = setting;
  const saving = useSave({ stale: ['settings', 'audit'] });
  const back = () =>
    saving.save({
      path: `/api/admin/settings/${encodeURIComponent(key)}`,
      call: { method: 'DELETE' },
      done: t('backToDefault'),
      // Fewer days than all would be kept again, and that is asked about.
      undo:
        setting.secret || key === RETENTION
          ? undefined
          : { path: '/api/admin/settings', call: { method: 'PUT', body: { [key]: setting.value } } },
    });
  return (
    <Group gap="xs" mt={6}>
      {locked ? (
        <Text size="xs" c="dimmed" component="span" style={{ display: 'inline-flex', alignItems: 'center', gap: 4 }}>
          <IconLock size={13} aria-hidden />
          {source === 'default' || source === 'console'
            ? t('lockedHere', { variable: setting.variable ?? key })
            : t(`lockedBy.${source}`, { name: setBy ?? '' })}
        </Text>
      ) : (
        <Text size="xs" c="dimmed">
          {t(`from.${source}`, { name: setBy ?? '' })}
        </Text>
      )}
      {restart && <StatusBadge meaning="quiet">{t('afterRestart')}</StatusBadge>}
      {/* The safe mode guards itself, and asks for the password where it is changed. */}
      {source === 'console' && !locked && key !== 'safeMode' && (
        <Button variant="subtle" size="compact-xs" loading={saving.busy} onClick={() => void back()}>
          {t('toDefault')}
        </Button>
      )}
    </Group>
  );
}
