/** What this device prefers, kept in its browser. Never tokens, never what the server owns. */
import { create } from 'zustand';
import { persist } from 'zustand/middleware';
import type { SafeMode } from '../../gateway/contract/operators.ts';

export type Density = 'comfortable' | 'compact';
export const ZOOMS = [80, 90, 100, 110, 125, 150] as const;

export type Times = 'here' | 'utc';

interface Preferences {
  railCollapsed: boolean;
  density: Density;
  /** Percent. */
  zoom: number;
  singleKeys: boolean;
  /** Whose clock moments are told by: this device's, or everybody's. */
  times: Times;
  /** What the palette did last, by ids of commands and of what was found; the latest first. */
  recent: string[];
  /** Columns that are not shown, by table. */
  hiddenColumns: Record<string, string[]>;
  /** Columns that are shown even where there is little room, by table. */
  shownColumns: Record<string, string[]>;
  /** The last searches, newest first, by list, as they stand in the address. */
  searches: Record<string, string[]>;
  /** What is asked before something dangerous, by operator. */
  safeModes: Record<string, SafeMode>;
  change(changes: Partial<Omit<Preferences, 'change'>>): void;
}

export const usePreferences = create<Preferences>()(
  persist(
    (set) => ({
      railCollapsed: false,
      density: 'comfortable',
      zoom: 100,
      singleKeys: true,
      times: 'here',
      recent: [],
      hiddenColumns: {},
      shownColumns: {},
      searches: {},
      safeModes: {},
      change: (changes) => set(changes),
    }),
    { name: 'solaris.preferences', version: 1 },
  ),
);
