import { Button, FileInput, Group, Modal, Stack, Text } from '@mantine/core';
import { IconFileCheck } from '@tabler/icons-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { useTranslation } from 'react-i18next';
import type { ImportAnswer } from '../../../gateway/contract/packets.ts';
import type { Explained } from '../ui/explain-failure.ts';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { focusFault } from '../ui/form.ts';
import { useSave } from '../ui/use-save.ts';
import { PacketOutcome } from './packet-outcome.tsx';
import { type FileProblem, usePacketWords } from './use-packet-words.ts';

const STALE = ['tickets', 'user', 'stats', 'alerts', 'audit'];
/** What the gateway takes. */
const MOST_BYTES = 20_000_000;

/** Decisions that were signed elsewhere: chosen, taken in, and what became of each. */
export function PacketImport({ onClose }: { onClose(): void }) {
  const { t } = useTranslation(['requests', 'common']);
  const words = usePacketWords();
  const saving = useSave({ stale: STALE });
  const [file, setFile] = useState<File | null>(null);
  const [problem, setProblem] = useState<FileProblem | null>(null);
  const [answer, setAnswer] = useState<ImportAnswer | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const refusal = words.ofFile(saving.failure);
  useEffect(() => {
    if (refusal !== null) focusFault(form.current);
  }, [refusal]);

  const choose = (next: File | null) => {
    setFile(next);
    setProblem(null);
    saving.clearFailure();
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    saving.clearFailure();
    const read = await readDecisions(file);
    flushSync(() => setProblem(read.problem));
    if (read.problem !== null) {
      focusFault(form.current);
      return;
    }
    const call = { method: 'POST', body: read.json } as const;
    setAnswer(
      (await saving.save<ImportAnswer>({
        path: '/api/admin/packets/import',
        call,
      })) ?? null,
    );
  };
  return (
    <Modal opened onClose={onClose} title={t('packets.importTitle')}>
      {answer ? (
        <Stack gap="sm">
          <PacketOutcome answer={answer} />
          <Group justify="flex-end">
            <Button data-autofocus onClick={onClose}>
              {t('common:close')}
            </Button>
          </Group>
        </Stack>
      ) : (
        <form ref={form} onSubmit={(event) => void submit(event)} noValidate>
          <Stack gap="sm">
            <FailureAlert failure={atFile(words.failure(saving.failure), refusal)} />
            <Text size="sm">{t('packets.importText')}</Text>
            <FileInput
              label={t('packets.file')}
              placeholder={t('packets.choose')}
              accept=".solaris,.json,application/json"
              leftSection={<IconFileCheck size={16} />}
              clearable
              value={file}
              error={problem ? words.problem(problem) : refusal}
              data-path="file"
              // The same file can be chosen again, once it is mended.
              fileInputProps={{
                onClick: ({ currentTarget }) => {
                  currentTarget.value = '';
                },
              }}
              styles={{ placeholder: { color: 'var(--text-quiet)' } }}
              clearButtonProps={{ 'aria-label': t('common:clear') }}
              onChange={choose}
            />
            <Group justify="flex-end">
              <Button variant="default" onClick={onClose}>
                {t('common:cancel')}
              </Button>
              <Button type="submit" loading={saving.busy}>
                {t('packets.importTitle')}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}

/** The reason stands at the file; at the head is what follows from it, and the technical cause. */
function atFile(failure: Explained | null, refusal: string | null): Explained | null {
  return failure && refusal !== null ? { ...failure, next: '' } : failure;
}

type Read = { readonly problem: FileProblem } | { readonly problem: null; readonly json: unknown };

/** What is in the file, or why nothing of it can be sent. */
async function readDecisions(file: File | null): Promise<Read> {
  if (!file) return { problem: 'no_file' };
  if (file.size > MOST_BYTES) return { problem: 'too_large' };
  try {
    return { problem: null, json: JSON.parse(await file.text()) };
  } catch (error) {
    return {
      problem: error instanceof SyntaxError ? 'not_a_packet' : 'unreadable',
    };
  }
}
