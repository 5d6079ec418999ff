import { Code, Group } from '@mantine/core';
import { CopyText } from './copy-text.tsx';

/** A fingerprint (64 hex digits) in groups of four, as people read it out to each other. */
export function Fingerprint({ value }: { value: string }) {
  const text = inGroups(value);
  return (
    <Group gap={4} wrap="nowrap">
      <Code style={{ whiteSpace: 'normal' }}>{text}</Code>
      <CopyText text={text} />
    </Group>
  );
}

/** A fingerprint as it is shown. */
export function inGroups(fingerprint: string): string {
  return fingerprint.replace(/(.{4})(?=.)/g, '$1 ');
}
