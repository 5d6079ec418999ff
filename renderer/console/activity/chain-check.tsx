import { Alert, Button, Code, Group, Text } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import type { AuditReport } from '../../../gateway/contract/audit.ts';
import { useFormat } from '../format/use-format.ts';
import { useSession } from '../session/use-session.tsx';
import { CopyText } from '../ui/copy-text.tsx';
import { explainFailure } from '../ui/explain-failure.ts';
import { FailureAlert } from '../ui/failure-alert.tsx';

/** Whether the audit log is whole, on demand. */
export function ChainCheck() {
  const { t } = useTranslation('activity');
  const { exact } = useFormat();
  const session = useSession();
  const check = useMutation({ mutationFn: () => session.call<AuditReport>('/api/admin/audit/verify') });
  const report = check.data;
  return (
    <div>
      <Group justify="space-between" mb="sm" gap="sm">
        <Text c="dimmed" maw={720} style={{ flex: '1 1 260px' }}>
          {t('auditHint')}
        </Text>
        <Button
          variant="default"
          leftSection={<IconShieldCheck size={16} />}
          loading={check.isPending}
          onClick={() => check.mutate()}
        >
          {t('verify')}
        </Button>
      </Group>
      <div role="status">
        {check.error && <FailureAlert failure={explainFailure(check.error, true)} />}
        {report && (
          <Alert
            mb="sm"
            color={report.problem ? 'red' : 'teal'}
            title={
              report.problem
                ? t(`problems.${report.problem.kind}`, { seq: exact(report.problem.seq) })
                : t('sound', { count: report.entries, formatted: exact(report.entries) })
            }
          >
            {report.head && (
              <Group gap={4}>
                <Text size="sm">{t('head', { seq: exact(report.head.seq) })}</Text>
                <Code style={{ overflowWrap: 'anywhere' }}>{report.head.hash}</Code>
                <CopyText text={report.head.hash} />
              </Group>
            )}
          </Alert>
        )}
      </div>
    </div>
  );
}
