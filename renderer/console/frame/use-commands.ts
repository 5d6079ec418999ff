import { useEffect, useMemo, useRef } from 'react';
import { type Command, type Shortcut, useShortcuts } from './shortcuts.ts';

type Offer = Command & Pick<Shortcut, 'inDrawer'>;

/** Offers commands while the component is shown; the list may be made anew with every render. */
export function useCommands(commands: readonly Offer[]): void {
  const latest = useRef(commands);
  useEffect(() => {
    latest.current = commands;
  });
  const shape = JSON.stringify(commands);
  const entries = useMemo(
    () =>
      (JSON.parse(shape) as Omit<Offer, 'run'>[]).map((command) => ({
        ...command,
        run: () => latest.current.find(({ id }) => id === command.id)?.run(),
      })),
    [shape],
  );
  useShortcuts(entries);
}
