import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RetentionPreview } from '../../../gateway/contract/settings.ts';
import { useFormat } from '../format/use-format.ts';
import { type Proof, useSafeguard } from '../safe-mode/use-safeguard.tsx';
import { useSession } from '../session/use-session.tsx';
import type { SettingValue } from './use-settings.ts';

interface Question {
  readonly preview: RetentionPreview;
  answer(proof: Proof | null): void;
}

export interface RetentionQuestion {
  /**
   * Asks before fewer days are kept than now, with what would go.
   *
   * @returns what proves that it may be done; null when it is not wanted
   * @throws ApiFailure when the gateway cannot tell what would go
   */
  ask(next: SettingValue, now: SettingValue): Promise<Proof | null>;
  readonly dialog: ReactNode;
}

export function useRetentionQuestion(): RetentionQuestion {
  const { t } = useTranslation(['settings', 'common']);
  const { exact, date } = useFormat();
  const session = useSession();
  const guard = useSafeguard('retentionLower');
  const [question, setQuestion] = useState<Question | null>(null);
  // Its words stay while it goes.
  const [isAsked, setIsAsked] = useState(false);

  const ask = async (next: SettingValue, now: SettingValue): Promise<Proof | null> => {
    if (typeof next !== 'number' || (typeof now === 'number' && next >= now)) return {};
    const preview = await session.call<RetentionPreview>('/api/admin/settings/retention-preview', {
      query: { days: next },
    });
    if (preview.records === 0 && !guard.asksPassword) return {};
    return new Promise((answer) => {
      setQuestion({ preview, answer });
      setIsAsked(true);
    });
  };
  const close = (proof: Proof | null) => {
    question?.answer(proof);
    setIsAsked(false);
  };
  const confirm = async (event: FormEvent) => {
    event.preventDefault();
    // Of the question alone, not of the form that it stands in.
    event.stopPropagation();
    const proof = await guard.prove();
    if (proof) close(proof);
  };
  const { records = 0, isEstimate = false, before = '' } = question?.preview ?? {};
  const count = isEstimate ? t('retention.about', { number: exact(records) }) : exact(records);
  const dialog = (
    <Modal
      opened={isAsked}
      onClose={() => close(null)}
      title={t('retention.title')}
      withCloseButton={false}
      zIndex={400}
    >
      <form onSubmit={(event) => void confirm(event)} noValidate>
        <Stack gap="sm">
          <Text>
            {t('retention.text', {
              count: records,
              formatted: count,
              day: before === '' ? '' : date(Date.parse(before), 'UTC'),
            })}
          </Text>
          <Text size="sm" c="dimmed">
            {t('retention.stays')}
          </Text>
          {guard.field}
          <Group justify="flex-end">
            <Button variant="default" onClick={() => close(null)}>
              {t('common:cancel')}
            </Button>
            <Button type="submit" color="red">
              {t('retention.confirm')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
  return { ask, dialog };
}
