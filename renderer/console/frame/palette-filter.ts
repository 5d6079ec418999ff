/** Pure: what of the palette's offers is meant by what was typed. */
import type { ReactNode } from 'react';
import { folded } from '../ui/folded.ts';

export interface PaletteAction {
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  readonly keywords?: string;
  readonly leftSection?: ReactNode;
  readonly rightSection?: ReactNode;
  /** Shown only when something is typed. */
  readonly isQuiet?: boolean;
  onClick(): void;
}

export interface PaletteGroup {
  readonly group: string;
  readonly actions: readonly PaletteAction[];
}

/** Every word counts, in any order, with or without accents; what begins with the text comes first within its group. */
export function filterPalette(query: string, groups: readonly PaletteGroup[]): PaletteGroup[] {
  const text = folded(query).trim();
  const words = text.split(/\s+/);
  return groups.flatMap(({ group, actions }) => {
    const found = actions.filter(({ label, description = '', keywords = '' }) => {
      const about = folded([group, label, description, keywords].join(' '));
      return words.every((word) => about.includes(word));
    });
    const isFirst = ({ label }: PaletteAction) => folded(label).startsWith(text);
    const sorted = [...found.filter(isFirst), ...found.filter((action) => !isFirst(action))];
    return sorted.length === 0 ? [] : [{ group, actions: sorted }];
  });
}
