import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCheck, IconExclamationMark } from '@tabler/icons-react';

const UNDO_MS = 8_000;

interface DoneToast {
  message: string;
  /** What takes it back, or leads to what was begun; shown for eight seconds. */
  undo?: { label: string; run(): unknown } | undefined;
}

/** Says that something was done, and offers to take it back where that is possible. */
export function tellDone({ message, undo }: DoneToast): void {
  const id = crypto.randomUUID();
  notifications.show({
    id,
    color: 'teal',
    icon: <IconCheck size={16} />,
    autoClose: UNDO_MS,
    withBorder: true,
    message: (
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">{message}</Text>
        {undo && (
          <Button
            size="compact-sm"
            variant="light"
            style={{ flexShrink: 0 }}
            onClick={() => {
              notifications.hide(id);
              void undo.run();
            }}
          >
            {undo.label}
          </Button>
        )}
      </Group>
    ),
  });
}

interface FailedToast {
  title: string;
  next: string;
  /** Of what failed: told again, it takes the place of the one before. */
  id?: string;
  retry?: { label: string; run(): unknown };
}

/** Beyond these there is no place for what comes next: it would wait, unseen, until somebody closes one. */
const MOST_FAILED = 2;
let failed: readonly string[] = [];

/** Says that something could not be done, and what now. Stays until it is read, or newer failures take its place. */
export function tellFailed({ title, next, id = crypto.randomUUID(), retry }: FailedToast): void {
  const others = failed.filter((one) => one !== id);
  // What is told already is not shown anew under its id, but told otherwise.
  const tell = others.length < failed.length ? notifications.update : notifications.show;
  for (const old of others.slice(0, Math.max(0, others.length + 1 - MOST_FAILED))) notifications.hide(old);
  failed = [...others, id].slice(-MOST_FAILED);
  tell({
    id,
    onClose: () => {
      failed = failed.filter((one) => one !== id);
    },
    color: 'red',
    icon: <IconExclamationMark size={16} />,
    autoClose: false,
    withBorder: true,
    title,
    message: retry ? (
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">{next}</Text>
        <Button
          size="compact-sm"
          variant="light"
          style={{ flexShrink: 0 }}
          onClick={() => {
            notifications.hide(id);
            void retry.run();
          }}
        >
          {retry.label}
        </Button>
      </Group>
    ) : (
      next
    ),
  });
}
