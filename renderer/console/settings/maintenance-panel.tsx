import { Button, Group, Modal, Paper, Stack, Text, Title } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Setting } from '../../../gateway/contract/settings.ts';
import { useFormat } from '../format/use-format.ts';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { QueryState } from '../ui/query-state.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import { useSave } from '../ui/use-save.ts';
import { MaintenanceModal } from './maintenance-modal.tsx';
import { MAINTENANCE_STALE, useSettings } from './use-settings.ts';

/** Whether requests pass, and the switch. */
export function MaintenancePanel() {
  const query = useSettings();
  return <QueryState query={query}>{({ items }) => <Panel settings={items} />}</QueryState>;
}

function Panel({ settings }: { settings: readonly Setting[] }) {
  const { t } = useTranslation(['settings', 'common']);
  const { time } = useFormat();
  const [asked, setAsked] = useState<'begin' | 'end' | null>(null);
  const find = (name: string) => settings.find(({ key }) => key === `maintenance.${name}`);
  const isOn = find('on')?.value === true;
  const message = find('message')?.value;
  const until = find('until')?.value;
  const tells = find('tellUsers')?.value === true;
  const locked = find('on')?.locked === true ? find('on') : undefined;
  return (
    <Paper withBorder p="md">
      <Group gap="xs" mb={4}>
        <Title order={2}>{t('groups.maintenance')}</Title>
        {isOn ? (
          <StatusBadge meaning="critical">{t('maintenance.on')}</StatusBadge>
        ) : (
          <StatusBadge meaning="quiet">{t('maintenance.off')}</StatusBadge>
        )}
      </Group>
      <Text size="sm" c="dimmed" mb="sm">
        {t('groupHints.maintenance')}
      </Text>
      {isOn && (
        <Stack gap={4} mb="sm">
          <Text size="sm">
            {typeof message === 'string' ? t('maintenance.reads', { message }) : t('maintenance.readsUsual')}
          </Text>
          <Text size="sm">
            {typeof until === 'string'
              ? t('maintenance.expected', { when: time(Date.parse(until)) })
              : t('maintenance.noEnd')}{' '}
            {tells ? t('maintenance.told') : t('maintenance.notTold')}
          </Text>
        </Stack>
      )}
      {locked ? (
        <Text size="xs" c="dimmed" component="span" style={{ display: 'inline-flex', alignItems: 'center', gap: 4 }}>
          <IconLock size={13} aria-hidden />
          {t(`lockedBy.${locked.source}`, { name: locked.setBy ?? '' })}
        </Text>
      ) : (
        <Group gap="xs">
          {isOn && <Button onClick={() => setAsked('end')}>{t('maintenance.end')}</Button>}
          <Button variant="default" onClick={() => setAsked('begin')}>
            {isOn ? t('maintenance.change') : t('maintenance.begin')}
          </Button>
        </Group>
      )}
      {asked === 'begin' && (
        <MaintenanceModal
          isOn={isOn}
          message={typeof message === 'string' ? message : ''}
          until={typeof until === 'string' ? until : null}
          tellUsers={tells}
          onClose={() => setAsked(null)}
        />
      )}
      {asked === 'end' && <EndModal tells={tells} onClose={() => setAsked(null)} />}
    </Paper>
  );
}

function EndModal({ tells, onClose }: { tells: boolean; onClose(): void }) {
  const { t } = useTranslation(['settings', 'common']);
  const saving = useSave({ stale: MAINTENANCE_STALE });
  const end = async () => {
    const answer = await saving.save({
      path: '/api/admin/settings',
      call: {
        method: 'PUT',
        body: { 'maintenance.on': false, 'maintenance.until': null, 'maintenance.tellUsers': false },
      },
      expects: { in: ['settings'], id: 'maintenance.on', fields: { value: false } },
      done: t('maintenance.ended'),
    });
    if (answer !== undefined) onClose();
  };
  return (
    <Modal opened onClose={onClose} title={t('maintenance.end')}>
      <Stack gap="sm">
        <FailureAlert failure={saving.failure} />
        <Text>{t(tells ? 'maintenance.endTextTold' : 'maintenance.endText')}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('common:cancel')}
          </Button>
          <Button loading={saving.busy} onClick={() => void end()} data-autofocus>
            {t('maintenance.end')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
