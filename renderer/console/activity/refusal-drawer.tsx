import { Code, Stack, Text } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { ListedRefusal } from '../../../gateway/contract/reports.ts';
import { useFormat } from '../format/use-format.ts';
import { Facts } from '../ui/facts.tsx';
import { PathText } from '../ui/path-text.tsx';
import { DetailDrawer } from './detail-drawer.tsx';
import { useCodeWords } from './use-code-words.ts';
import { UserLink } from './user-link.tsx';

interface RefusalDrawerProps {
  refusal: ListedRefusal;
  onClose(): void;
}

/** Requests that were refused for one reason within a minute, in full. */
export function RefusalDrawer({ refusal, onClose }: RefusalDrawerProps) {
  const { t } = useTranslation('activity');
  const { exact, time } = useFormat();
  const words = useCodeWords();
  const { message, createdAt, lastAt, requests, statusCode, code, userId, userName, keyId } = refusal;
  return (
    <DetailDrawer title={words.refusal(code)} onClose={onClose}>
      <Stack gap="md">
        <Text>{message}</Text>
        <Facts
          rows={[
            [t('firstTime'), time(createdAt)],
            [t('lastTime'), time(lastAt)],
            [t('columns.times'), exact(requests)],
            [t('statusCode'), statusCode],
            [t('code'), <Code key="code">{code}</Code>],
            [t('user'), userId === null ? '–' : <UserLink key="user" id={userId} name={userName} />],
            [t('key'), keyId === null ? '–' : <PathText key="key" path={keyId} />],
            [t('columns.model'), refusal.model ?? '–'],
            [t('endpoint'), refusal.endpoint],
            [t('address'), refusal.ipAddress ?? '–'],
          ]}
        />
      </Stack>
    </DetailDrawer>
  );
}
