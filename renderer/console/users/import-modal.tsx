import { Alert, Button, FileInput, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { IconFileSpreadsheet } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { LONGEST } from '../../../gateway/contract/bounds.ts';
import type { ImportAnswer } from '../../../gateway/contract/user-import.ts';
import { ApiFailure } from '../api/http.ts';
import { DraftNote } from '../drafts/draft-note.tsx';
import { useDraft } from '../drafts/use-draft.ts';
import { useFormat } from '../format/use-format.ts';
import { useSession } from '../session/use-session.tsx';
import { type Explained, explainFailure } from '../ui/explain-failure.ts';
import { FailureAlert } from '../ui/failure-alert.tsx';
import { ReasonField } from '../ui/reason-field.tsx';
import { refusalWords } from '../ui/refusal-words.ts';
import { reasonRule, words } from '../ui/rules.ts';
import { tellDone } from '../ui/toasts.tsx';
import { useForm } from '../ui/use-form.ts';
import { ImportPreview } from './import-preview.tsx';
import { readTable, type TableProblem } from './read-table.ts';
import { useImportWords } from './use-import-words.ts';

/** Users from a file: chosen or pasted, looked at line by line, and only then imported, all of it or nothing. */
export function ImportModal({ onClose }: { onClose(): void }) {
  const { t } = useTranslation(['users', 'common']);
  const { exact } = useFormat();
  const importWords = useImportWords();
  const session = useSession();
  const queryClient = useQueryClient();
  const [preview, setPreview] = useState<ImportAnswer | null>(null);
  const [failure, setFailure] = useState<Explained | null>(null);
  const [busy, setBusy] = useState(false);
  const [key] = useState(() => crypto.randomUUID());
  const form = useForm({
    initialValues: { csv: '', reason: '' },
    validate: {
      csv: words(LONGEST.table, () => t('import.fileNeeded')),
      reason: (value) => (preview ? reasonRule(true)(value) : null),
    },
  });
  const draft = useDraft('import', form);
  const fileInput = useRef<HTMLButtonElement>(null);
  const [fileProblem, setFileProblem] = useState<TableProblem | null>(null);
  const choose = async (file: File | null) => {
    setPreview(null);
    const { problem, text } = file ? await readTable(file) : NO_TABLE;
    setFileProblem(problem);
    // What stands in the table stays where the file is none.
    if (problem === null) form.setFieldValue('csv', text);
    else fileInput.current?.focus();
  };

  const isAsking = useRef(false);
  const ask = async (body: object, idempotencyKey?: string): Promise<ImportAnswer | null> => {
    if (isAsking.current) return null;
    isAsking.current = true;
    setBusy(true);
    setFailure(null);
    try {
      const keyed = idempotencyKey === undefined ? {} : { idempotencyKey };
      return await session.call<ImportAnswer>('/api/admin/users/import', { method: 'POST', body, ...keyed });
    } catch (error) {
      // What was looked at does not hold any more: look again. Whatever else failed is tried again as it is.
      if (error instanceof ApiFailure && REFUSED.includes(error.status)) setPreview(null);
      const isOfField =
        error instanceof ApiFailure &&
        error.field !== null &&
        form.refuse(error.field, error.field === 'csv' ? importWords.file(error) : refusalWords(error));
      if (!isOfField) setFailure(explainFailure(error, true));
      return null;
    } finally {
      isAsking.current = false;
      setBusy(false);
    }
  };
  const submit = form.onSubmit(async ({ csv, reason }) => {
    if (!preview) {
      const looked = await ask({ csv, preview: true });
      if (looked) setPreview(looked);
      return;
    }
    const { selection } = preview;
    const answer = await ask({ csv, selection, reason: reason.trim() }, `${key}-${selection}`);
    if (!answer) return;
    draft.drop();
    await queryClient.invalidateQueries({ queryKey: ['user'] });
    const count = answer.created + answer.changed;
    tellDone({ message: t('import.done', { count, formatted: exact(count) }) });
    onClose();
  });
  const isReady = preview !== null && preview.errorCount === 0 && preview.rows.length > 0;

  const cancel = () => {
    draft.drop();
    onClose();
  };
  return (
    <Modal opened onClose={onClose} title={t('import.title')} size="xl">
      <form onSubmit={submit} noValidate>
        <Stack gap="sm">
          <DraftNote draft={draft} />
          <FailureAlert failure={failure} />
          <Text size="sm" c="dimmed">
            {t('import.hint', { most: exact(MOST_LINES) })}
          </Text>
          <FileInput
            label={t('import.file')}
            placeholder={t('import.choose')}
            accept=".csv,.tsv,.txt,text/csv"
            leftSection={<IconFileSpreadsheet size={16} />}
            clearable
            ref={fileInput}
            error={fileProblem && t(`import.fileWrong.${fileProblem}`)}
            fileInputProps={{
              onClick: ({ currentTarget }) => {
                // The same file can be chosen again, once it is mended.
                currentTarget.value = '';
              },
            }}
            styles={{ placeholder: { color: 'var(--text-quiet)' } }}
            clearButtonProps={{ 'aria-label': t('common:clear') }}
            onChange={(file) => void choose(file)}
          />
          <Textarea
            label={t('import.paste')}
            placeholder={EXAMPLE}
            autosize
            minRows={4}
            maxRows={10}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
            {...form.getInputProps('csv')}
            onChange={(event) => {
              setPreview(null);
              form.setFieldValue('csv', event.currentTarget.value);
            }}
          />
          {preview && <ImportPreview answer={preview} />}
          {isReady && <ReasonField required {...form.getInputProps('reason')} />}
          {preview && preview.errorCount === 0 && preview.rows.length === 0 && <Alert>{t('import.nothing')}</Alert>}
          <Group justify="flex-end">
            <Button variant="default" onClick={cancel}>
              {t('common:cancel')}
            </Button>
            <Button type="submit" loading={busy} disabled={preview !== null && !isReady}>
              {preview ? t('import.commit') : t('bulk.preview')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** Statuses of what was looked at and found wrong. */
const REFUSED = [400, 409, 422];
/** What the gateway takes at once. */
const MOST_LINES = 2_000;
const NO_TABLE = { problem: null, text: '' } as const;
const EXAMPLE = 'email,name,plan,department,monthlyLimit\nana@example.com,Ana Lima,pro,sales,2000000';
