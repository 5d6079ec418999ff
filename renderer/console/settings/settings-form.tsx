import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useTranslation } from 'react-i18next';
import type { Setting } from '../../../gateway/contract/settings.ts';
import { useKeptFields } from '../drafts/use-draft.ts';
import { useSafeguard } from '../safe-mode/use-safeguard.tsx';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { focusFault } from '../ui/form.ts';
import { QueryState } from '../ui/query-state.tsx';
import { UnsavedGuard } from '../ui/unsaved-guard.tsx';
import { useSave } from '../ui/use-save.ts';
import { SettingField } from './setting-field.tsx';
import { isNamed, RETENTION, type SettingGroup } from './setting-groups.ts';
import { settingProblem } from './setting-problem.ts';
import css from './settings-form.module.css';
import { useRetentionQuestion } from './use-retention-question.tsx';
import { type SettingValue, useSettings } from './use-settings.ts';

interface SettingsFormProps {
  groups: readonly SettingGroup[];
  /** Below the groups; may look at what is typed. */
  after?(current: (key: string) => SettingValue): ReactNode;
  refused?: RefusedSetting | undefined;
}

/** What was refused elsewhere, told at the field of its setting. */
export interface RefusedSetting {
  readonly key: string;
  readonly message: string;
}

const STALE = ['settings', 'stats', 'plans', 'user', 'mail', 'audit'];

/** Settings that stand together: changed one by one, stored all or none. */
export function SettingsForm({ groups, after, refused }: SettingsFormProps) {
  const query = useSettings();
  return (
    <QueryState query={query}>
      {({ items }) => <Fields settings={items} groups={groups} refused={refused} {...(after ? { after } : {})} />}
    </QueryState>
  );
}

function Fields({ settings, groups, after, refused }: SettingsFormProps & { settings: readonly Setting[] }) {
  const { t } = useTranslation(['settings', 'common']);
  const [drafts, setDrafts] = useState<Readonly<Record<string, SettingValue>>>({});
  const isSecret = (key: string) => settings.some((setting) => setting.key === key && setting.secret);
  const [errors, setErrors] = useState<Readonly<Record<string, string>>>({});
  const initial = () =>
    Object.fromEntries(
      groups
        .flatMap((group) => membersOf(group, settings))
        .flatMap(({ key, value, secret, locked }) => (secret || locked ? [] : [[key, value] as const])),
    );
  const kept = useKeptFields(`settings/${groups.map(({ name }) => name).join('+')}`, drafts, initial, []);
  const { found } = kept;
  useEffect(() => {
    if (found) setDrafts(found as Readonly<Record<string, SettingValue>>);
  }, [found]);
  const form = useRef<HTMLFormElement>(null);
  const saving = useSave({
    stale: STALE,
    draft: kept,
    onField(field, message) {
      const setting = settings.find(({ key }) => key === field);
      if (!setting) return false;
      flushSync(() =>
        setErrors((before) => ({
          ...before,
          [field]: setting.locked ? message : (settingProblem(setting, current(field)) ?? t('notAccepted')),
        })),
      );
      // It may be a setting that stands in another form.
      return focusFault(form.current, field);
    },
  });
  const guard = useSafeguard('safeMode' in drafts ? 'safeModeLower' : null);
  const retention = useRetentionQuestion();
  const isDirty = Object.keys(drafts).length > 0;
  const current = (key: string): SettingValue =>
    key in drafts ? (drafts[key] ?? null) : (settings.find((setting) => setting.key === key)?.value ?? null);

  // What is typed anew has not been refused yet.
  const toldOf = (key: string) => (refused?.key === key && !(key in drafts) ? refused.message : undefined);
  const change = (setting: Setting, value: SettingValue) => {
    const { [setting.key]: _draft, ...others } = drafts;
    const isBack = !setting.secret && JSON.stringify(value) === JSON.stringify(setting.value);
    setDrafts(isBack ? others : { ...others, [setting.key]: value });
    const { [setting.key]: _error, ...rest } = errors;
    setErrors(rest);
  };
  // A second press, while something is asked or sent, is the same one.
  const isUnderWay = useRef(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isUnderWay.current) return;
    isUnderWay.current = true;
    try {
      await store();
    } finally {
      isUnderWay.current = false;
    }
  };
  const store = async () => {
    const problems = problemsOf(settings, drafts);
    flushSync(() => setErrors(problems));
    if (Object.keys(problems).length > 0) {
      focusFault(form.current);
      return;
    }
    const proof = await guard.prove();
    if (!proof) return;
    const asked = await askRetention();
    if (!asked) return;
    const before = Object.fromEntries(
      settings.flatMap(({ key, value, secret, source }) =>
        key in drafts && !secret && source === 'console' ? [[key, value] as const] : [],
      ),
    );
    // What was kept for longer meanwhile would go with a click.
    const canUndo = Object.keys(before).length === Object.keys(drafts).length && !(RETENTION in drafts);
    const answer = await saving.save({
      path: '/api/admin/settings',
      call: { method: 'PUT', body: drafts, ...proof, ...asked },
      done: t('common:saved'),
      undo: canUndo ? { path: '/api/admin/settings', call: { method: 'PUT', body: before, ...proof } } : undefined,
    });
    if (answer !== undefined) setDrafts({});
  };
  const askRetention = async () => {
    const now = settings.find(({ key }) => key === RETENTION);
    if (!now || !(RETENTION in drafts)) return {};
    try {
      return await retention.ask(current(RETENTION), now.value);
    } catch (error) {
      saving.fail(error);
      return null;
    }
  };
  return (
    <>
      {retention.dialog}
      <form ref={form} onSubmit={(event) => void submit(event)} noValidate data-saves>
        <UnsavedGuard isDirty={() => isDirty} isLost={() => Object.keys(drafts).some(isSecret)} onDiscard={kept.drop} />
        <Stack gap="md">
          <FailureAlert failure={saving.failure} />
          {groups.map((group) => {
            const { name } = group;
            const members = membersOf(group, settings);
            if (members.length === 0) return null;
            return (
              <Paper key={name} withBorder p="md">
                <Title order={2} mb={4}>
                  {t(`groups.${name}`)}
                </Title>
                <Text size="sm" c="dimmed" mb="md">
                  {t(`groupHints.${name}`)}
                </Text>
                <Stack gap="lg">
                  {members.map((setting) => (
                    <SettingField
                      key={setting.key}
                      setting={setting}
                      value={current(setting.key)}
                      isChanged={setting.key in drafts}
                      error={errors[setting.key] ?? toldOf(setting.key)}
                      onChange={(value) => change(setting, value)}
                    />
                  ))}
                </Stack>
              </Paper>
            );
          })}
          {after?.(current)}
          {isDirty && (
            <Group className={css.foot} justify="space-between">
              <Text size="sm" role="status">
                {t('changed', { count: Object.keys(drafts).length })}
              </Text>
              {guard.field}
              <Group gap="xs">
                <Button
                  variant="default"
                  onClick={() => {
                    kept.drop();
                    setDrafts({});
                    setErrors({});
                    saving.clearFailure();
                  }}
                >
                  {t('common:discard')}
                </Button>
                <Button type="submit" loading={saving.busy}>
                  {t('common:save')}
                </Button>
              </Group>
            </Group>
          )}
        </Stack>
      </form>
    </>
  );
}

/** By key, of what was typed. */
function problemsOf(
  settings: readonly Setting[],
  typed: Readonly<Record<string, SettingValue>>,
): Record<string, string> {
  return Object.fromEntries(
    settings.flatMap((setting) => {
      const value = typed[setting.key];
      const problem = value === undefined ? null : settingProblem(setting, value);
      return problem === null ? [] : [[setting.key, problem]];
    }),
  );
}

function membersOf({ name, keys }: SettingGroup, settings: readonly Setting[]): readonly Setting[] {
  return name === 'others'
    ? settings.filter(({ key }) => !isNamed(key))
    : keys.flatMap((key) => settings.filter((setting) => setting.key === key));
}
