import { Group, Text } from '@mantine/core';
import type { ReactNode } from 'react';

interface PartHeadProps {
  /** What this part is about, in a sentence. */
  text: string;
  /** The one primary button. */
  action?: ReactNode;
}

export function PartHead({ text, action }: PartHeadProps) {
  return (
    <Group justify="space-between" align="flex-start" mb="md" gap="sm">
      <Text c="dimmed" maw={720} style={{ flex: '1 1 260px' }}>
        {text}
      </Text>
      {action}
    </Group>
  );
}
