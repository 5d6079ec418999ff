import { Button, type ButtonProps, Menu } from '@mantine/core';
import { Fragment, type ReactNode } from 'react';
import { Keys } from '../frame/keys.tsx';
import type { Command, Shortcut } from '../frame/shortcuts.ts';
import { useCommands } from '../frame/use-commands.ts';

export interface Action extends Pick<Command, 'id' | 'label' | 'keys' | 'run'>, Pick<Shortcut, 'inDrawer'> {
  /** It takes away what does not come back. */
  readonly isDanger?: boolean;
  /** Begins another kind of thing. */
  readonly afterLine?: boolean;
}

interface ActionMenuProps extends Omit<ButtonProps, 'children'> {
  /** On the button. */
  label: ReactNode;
  /** Heading in the palette. */
  group: string;
  actions: readonly Action[];
  width?: number;
}

/** A button with a menu. Whatever the menu offers the palette offers too. */
export function ActionMenu({ label, group, actions, width, ...button }: ActionMenuProps) {
  useCommands(actions.map((action) => ({ ...action, group })));
  return (
    <Menu position="bottom-end" {...(width === undefined ? {} : { width })}>
      <Menu.Target>
        <Button size="xs" {...button}>
          {label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {actions.map(({ id, label: words, keys, run, isDanger = false, afterLine = false }) => (
          <Fragment key={id}>
            {afterLine && <Menu.Divider />}
            <Menu.Item
              onClick={run}
              rightSection={keys === undefined ? null : <Keys keys={keys} />}
              {...(isDanger ? { c: 'var(--blocked)' } : {})}
            >
              {words}
            </Menu.Item>
          </Fragment>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
