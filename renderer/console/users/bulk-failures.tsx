import { Alert, List } from '@mantine/core';
import { modals } from '@mantine/modals';
import i18next from 'i18next';
import { useTranslation } from 'react-i18next';
import type { BulkAnswer } from '../../../gateway/contract/users.ts';
import { refusalWords } from '../ui/refusal-words.ts';
import { nameOf } from './name-of.ts';

type Failures = BulkAnswer['failures'];

/** Who is left out of a change of many, and why. */
export function BulkFailures({ failures }: { failures: Failures }) {
  const { t } = useTranslation('users');
  if (failures.length === 0) return null;
  return (
    <Alert color="orange" title={t('bulk.failures')}>
      <List size="sm" mah={240} style={{ overflowY: 'auto' }} tabIndex={0}>
        {failures.map(({ id, email, name, ...refusal }) => (
          <List.Item key={id}>
            {nameOf({ id, email, name })}
            {': '}
            {refusalWords(refusal)}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

/** Tells who was left out, after the others were changed. Stays until it is read. */
export function tellBulkFailures(failures: Failures): void {
  if (failures.length === 0) return;
  const t = i18next.getFixedT(null, 'users');
  modals.open({ title: t('bulk.partly', { count: failures.length }), children: <BulkFailures failures={failures} /> });
}
