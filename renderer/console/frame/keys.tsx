import { Group, Kbd } from '@mantine/core';
import { usePreferences } from '../preferences.ts';

export const IS_MAC = /mac/i.test(navigator.userAgent);

const NAMES: Readonly<Record<string, string>> = {
  mod: IS_MAC ? '⌘' : 'Ctrl',
  Escape: 'Esc',
  ArrowLeft: '←',
  ArrowRight: '→',
};

/** As they stand on the keyboard: `mod+s` is `Ctrl S`, or `⌘ S`. */
export function keyNames(keys: string): string[] {
  const isChord = keys.startsWith('mod+');
  return (isChord ? keys.split('+') : keys.split(' ')).map((key) => NAMES[key] ?? (isChord ? key.toUpperCase() : key));
}

/** Keys beside what they do; nothing while single keys do nothing. */
export function Keys({ keys }: { keys: string }) {
  const { singleKeys } = usePreferences();
  if (!singleKeys && !keys.startsWith('mod+')) return null;
  return (
    <Group component="span" gap={4} wrap="nowrap" display="inline-flex" aria-hidden>
      {keyNames(keys).map((name) => (
        <Kbd key={name} size="xs">
          {name}
        </Kbd>
      ))}
    </Group>
  );
}
