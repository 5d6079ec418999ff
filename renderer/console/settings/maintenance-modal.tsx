import { Button, Checkbox, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { LONGEST } from '../../../gateway/contract/bounds.ts';
import type { User } from '../../../gateway/contract/users.ts';
import { useFormat } from '../format/use-format.ts';
import { useSession } from '../session/use-session.tsx';
import { DayField } from '../ui/day-field.tsx';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { atItsField } from '../ui/form.ts';
import { atMost, typedDay } from '../ui/rules.ts';
import { useForm } from '../ui/use-form.ts';
import { useSave } from '../ui/use-save.ts';
import { MAINTENANCE_STALE } from './use-settings.ts';

interface MaintenanceModalProps {
  isOn: boolean;
  message: string;
  /** ISO 8601. */
  until: string | null;
  tellUsers: boolean;
  onClose(): void;
}

const FIELDS: Readonly<Record<string, string>> = {
  'maintenance.message': 'message',
  'maintenance.until': 'until',
};

/** Switches maintenance on, or changes what is said of it: the words, the expected end, and who is written to. */
export function MaintenanceModal({ isOn, message, until, tellUsers, onClose }: MaintenanceModalProps) {
  const { t } = useTranslation(['settings', 'common']);
  const { exact } = useFormat();
  const session = useSession();
  const active = useQuery({
    queryKey: ['user', 'count', 'active'],
    queryFn: ({ signal }) =>
      session.call<{ items: User[]; total: number }>('/api/admin/users?status=active&limit=1', { signal }),
  });
  const form = useForm({
    initialValues: { message, until: until === null ? '' : localForm(new Date(until)), tellUsers },
    validate: {
      message: (value) =>
        /[{}]/.test(value) ? t('formats.sentence') : atMost(LONGEST.maintenance)(value.replace(/\s+/g, ' ')),
      until: (value) =>
        typedDay(value, true) ?? (new Date(value).getTime() <= Date.now() ? t('maintenance.untilPast') : null),
    },
  });
  const saving = useSave({
    stale: MAINTENANCE_STALE,
    onField: atItsField(form, (key) => FIELDS[key] ?? key),
  });
  const submit = form.onSubmit(async (values) => {
    const words = values.message.replace(/\s+/g, ' ').trim();
    const answer = await saving.save({
      path: '/api/admin/settings',
      call: {
        method: 'PUT',
        body: {
          'maintenance.on': true,
          'maintenance.message': words === '' ? null : words,
          'maintenance.until': values.until === '' ? null : new Date(values.until).toISOString(),
          'maintenance.tellUsers': values.tellUsers,
        },
      },
      expects: { in: ['settings'], id: 'maintenance.on', fields: { value: true } },
      done: t(isOn ? 'common:saved' : 'maintenance.begun'),
    });
    if (answer !== undefined) onClose();
  });
  const count = active.data?.total;

  return (
    <Modal opened onClose={onClose} title={t(isOn ? 'maintenance.changeTitle' : 'maintenance.beginTitle')} size="lg">
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <FailureAlert failure={saving.failure} />
          <Text size="sm" c="dimmed">
            {t('maintenance.effect')}
          </Text>
          <Textarea
            label={t('maintenance.message')}
            description={t('maintenance.messageHint')}
            placeholder={t('maintenance.messageUsual')}
            autosize
            minRows={2}
            data-autofocus
            {...form.getInputProps('message')}
          />
          <DayField
            withTime
            label={t('maintenance.until')}
            description={`${t('maintenance.untilHint')} ${t('maintenance.clock', { zone: Intl.DateTimeFormat().resolvedOptions().timeZone })}`}
            maw={280}
            {...form.getInputProps('until')}
            value={form.values.until}
          />
          <Checkbox
            label={
              count === undefined
                ? t('maintenance.tell')
                : t('maintenance.tellCount', { count, formatted: exact(count) })
            }
            description={t('maintenance.tellHint')}
            {...form.getInputProps('tellUsers', { type: 'checkbox' })}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('common:cancel')}
            </Button>
            <Button type="submit" loading={saving.busy}>
              {isOn ? t('common:save') : t('maintenance.beginNow')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** `YYYY-MM-DDTHH:MM` in this device's zone, as the input wants it. */
function localForm(at: Date): string {
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
