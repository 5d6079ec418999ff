import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCheck, IconExclamationMark } from '@tabler/icons-react';

const UNDO_MS = 8_000;

interface Action {
  label: string;
  run(): unknown;
}

/** What is said, and beside it what can be done about it, which closes the toast. */
function Said({ id, text, action }: { id: string; text: string; action: Action | undefined }) {
  return (
    <Group justify="space-between" wrap="nowrap">
      <Text size="sm">{text}</Text>
      {action && (
        <Button
          size="compact-sm"
          variant="light"
          style={{ flexShrink: 0 }}
          onClick={() => {
            notifications.hide(id);
            void action.run();
          }}
        >
          {action.label}
        </Button>
      )}
    </Group>
  );
}

interface DoneToast {
  message: string;
  /** What takes it back, or leads to what was begun; shown for eight seconds. */
  undo?: Action | undefined;
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
    message: <Said id={id} text={message} action={undo} />,
  });
}

interface WarningToast {
  title: string;
  message: string;
  /** What is to be done about it. */
  action: Action;
}

/** Says what wants to be done before long. Stays until it is read. */
export function tellWarning({ title, message, action }: WarningToast): void {
  const id = crypto.randomUUID();
  notifications.show({
    id,
    color: 'yellow',
    icon: <IconExclamationMark size={16} />,
    autoClose: false,
    withBorder: true,
    title,
    message: <Said id={id} text={message} action={action} />,
  });
}

interface FailedToast {
  title: string;
  next: string;
  /** Of what failed: told again, it takes the place of the one before. */
  id?: string;
  retry?: Action;
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
    message: retry ? <Said id={id} text={next} action={retry} /> : next,
  });
}
