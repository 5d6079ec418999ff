/** What of the settings stands in the address. */
import { oneOf, present, textOf } from '../search-params.ts';

export const SECTIONS = [
  { id: 'general', role: 'admin' },
  { id: 'policy', role: 'admin' },
  { id: 'upstreams', role: 'admin' },
  { id: 'keys', role: 'admin' },
  { id: 'identity', role: 'admin' },
  { id: 'mail', role: 'admin' },
  { id: 'network', role: 'admin' },
  { id: 'data', role: 'admin' },
  { id: 'backups', role: 'admin' },
  { id: 'operators', role: 'owner' },
  { id: 'account', role: 'viewer' },
  { id: 'appearance', role: 'viewer' },
  { id: 'about', role: 'viewer' },
] as const;

export type SectionId = (typeof SECTIONS)[number]['id'];

/** In place of an id: the drawer makes a new one. */
export const NEW = '+';

export interface SettingsSearch {
  section?: SectionId;
  /** Id of the upstream, key or operator whose drawer is open. */
  open?: string;
  /** Words that the rows of the section's list have; sections with two lists name the others. */
  search?: string;
  approverKeys?: string;
  sessions?: string;
}

/** Lists of the settings that are searched, by the parameter that holds what for. */
export type SearchName = 'search' | 'approverKeys' | 'sessions';

export function parseSettingsSearch(raw: Record<string, unknown>): SettingsSearch {
  return present<SettingsSearch>({
    section: oneOf(
      raw.section,
      SECTIONS.map(({ id }) => id),
    ),
    open: textOf(raw.open),
    search: textOf(raw.search),
    approverKeys: textOf(raw.approverKeys),
    sessions: textOf(raw.sessions),
  });
}
