import { Group } from '@mantine/core';
import { CopyText } from './copy-text.tsx';

/** A path, address or id, whole, with a button that copies it. */
export function PathText({ path, justify }: { path: string; justify?: 'flex-end' }) {
  return (
    <Group gap={4} wrap="nowrap" justify={justify}>
      <span style={{ overflowWrap: 'anywhere' }}>{path}</span>
      <CopyText text={path} />
    </Group>
  );
}
