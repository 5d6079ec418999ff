import { Alert, Box, Stack, Table, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ImportAnswer, ImportRow } from '../../../gateway/contract/user-import.ts';
import { useFormat } from '../format/use-format.ts';
import css from './import-preview.module.css';
import { useImportWords } from './use-import-words.ts';

/** What a file would do, or what is wrong with it, line by line. */
export function ImportPreview({ answer }: { answer: ImportAnswer }) {
  const { t } = useTranslation('users');
  const { exact } = useFormat();
  const { created, changed, unchanged, errorCount, errors, ignored, rows } = answer;
  return (
    <Stack gap="xs" role="status">
      <Text fw={600}>
        {t('import.counts', { created: exact(created), changed: exact(changed), unchanged: exact(unchanged) })}
      </Text>
      {ignored.length > 0 && (
        <Text size="sm" c="dimmed">
          {t('import.ignored', { names: ignored.join(', ') })}
        </Text>
      )}
      {errorCount > 0 && (
        <Alert color="red" title={t('import.errors', { count: errorCount, formatted: exact(errorCount) })}>
          <ErrorTable errors={errors} />
          <Rest count={errorCount - errors.length} />
        </Alert>
      )}
      {errorCount === 0 && rows.length > 0 && <RowTable rows={rows} />}
      {errorCount === 0 && <Rest count={created + changed - rows.length} />}
    </Stack>
  );
}

function ErrorTable({ errors }: Pick<ImportAnswer, 'errors'>) {
  const { t } = useTranslation('users');
  const words = useImportWords();
  return (
    <Box className={css.scroll} tabIndex={0} role="region" aria-label={t('import.problemList')}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t('import.line')}</Table.Th>
            <Table.Th>{t('import.column')}</Table.Th>
            <Table.Th>{t('import.problem')}</Table.Th>
            <Table.Th>{t('import.value')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {errors.map(({ line, column, code, value }) => (
            <Table.Tr key={`${line} ${column} ${code}`}>
              <Table.Td>{line}</Table.Td>
              <Table.Td>{column === null ? '' : words.column(column)}</Table.Td>
              <Table.Td>{t(`import.problems.${code}`)}</Table.Td>
              <Table.Td className={css.value}>{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Box>
  );
}

function RowTable({ rows }: { rows: readonly ImportRow[] }) {
  const { t } = useTranslation('users');
  const words = useImportWords();
  return (
    <Box className={css.scroll} tabIndex={0} role="region" aria-label={t('bulk.previewTitle')}>
      <Table>
        <Table.Tbody>
          {rows.map(({ line, id, email, name, action, changes }) => (
            <Table.Tr key={line}>
              <Table.Td>{line}</Table.Td>
              <Table.Td className={css.value}>{name || email || id}</Table.Td>
              <Table.Td>{t(`import.actions.${action}`)}</Table.Td>
              <Table.Td>
                {changes.map(({ column, before, after }) => (
                  <Text key={column} size="sm">
                    {words.column(column)}
                    {': '}
                    {action === 'change' && `${words.value(column, before)} → `}
                    <b>{words.value(column, after)}</b>
                  </Text>
                ))}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Box>
  );
}

function Rest({ count }: { count: number }) {
  const { t } = useTranslation('users');
  const { exact } = useFormat();
  if (count <= 0) return null;
  return (
    <Text size="sm" c="dimmed">
      {t('bulk.more', { count, formatted: exact(count) })}
    </Text>
  );
}
