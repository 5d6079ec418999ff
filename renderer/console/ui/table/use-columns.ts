import { useTranslation } from 'react-i18next';
import { usePreferences } from '../../preferences.ts';
import { type Room, useRoom } from './use-room.ts';

const NONE: readonly string[] = [];

export interface Columns extends Pick<Room, 'frame' | 'isCards' | 'isCut'> {
  /** What the table does not show here. */
  readonly hidden: readonly string[];
  /** What whoever uses this device left out, whatever the room: files have the same. */
  readonly unwanted: readonly string[];
  toggle(id: string): void;
}

/**
 * Which columns a table shows on this device.
 *
 * @param extras those that give way where there is little room, the first first, unless somebody has asked for them
 */
export function useColumns(table: string, extras: readonly string[]): Columns {
  const { i18n } = useTranslation();
  const { hiddenColumns, shownColumns, change } = usePreferences();
  const unwanted = hiddenColumns[table] ?? NONE;
  const wanted = shownColumns[table] ?? NONE;
  const yielding = extras.filter((id) => !wanted.includes(id) && !unwanted.includes(id));
  const { frame, given, isCards, isCut } = useRoom(
    yielding.length,
    [i18n.language, ...unwanted, '|', ...wanted].join(' '),
  );
  // A card has room for all of them.
  const hidden = isCards ? unwanted : [...unwanted, ...yielding.slice(0, given)];
  const without = (ids: readonly string[], id: string) => ids.filter((one) => one !== id);
  return {
    frame,
    isCards,
    isCut,
    hidden,
    unwanted,
    toggle(id) {
      const shows = hidden.includes(id);
      change({
        hiddenColumns: { ...hiddenColumns, [table]: shows ? without(unwanted, id) : [...unwanted, id] },
        shownColumns: { ...shownColumns, [table]: shows ? [...without(wanted, id), id] : without(wanted, id) },
      });
    },
  };
}

/**
 * The columns of a file that shows what is seen; undefined for all that there are, while nothing was left out.
 *
 * @param always what a file has in any case
 * @param files what each column is in a file
 */
export function exportedColumns<Id extends string, Name extends string>(
  always: readonly Name[],
  files: Readonly<Record<Id, readonly Name[]>>,
  unwanted: readonly string[],
): Name[] | undefined {
  const ids = Object.keys(files) as Id[];
  const seen = ids.filter((id) => !unwanted.includes(id));
  return seen.length === ids.length ? undefined : [...always, ...seen.flatMap((id) => files[id])];
}
