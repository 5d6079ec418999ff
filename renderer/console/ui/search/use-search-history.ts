import { useRef } from 'react';
import { usePreferences } from '../../preferences.ts';
import { stringifySearch } from '../../search-params.ts';
import type { FilterParams } from './fields.ts';
import { remember } from './history.ts';

const NOTHING: readonly string[] = [];

/** The last searches of a list on this device. A search that grows during one visit to the box is kept once. */
export function useSearchHistory(list: string) {
  const searches = usePreferences((preferences) => preferences.searches[list]) ?? NOTHING;
  const ofVisit = useRef<string>(undefined);
  const keep = (next: readonly string[]) => {
    const { searches: all, change } = usePreferences.getState();
    change({ searches: { ...all, [list]: [...next] } });
  };
  return {
    searches,
    add(params: FilterParams) {
      const search = stringifySearch(params).slice(1);
      if (search === '' || search === ofVisit.current) return;
      keep(remember(usePreferences.getState().searches[list] ?? NOTHING, search, ofVisit.current));
      ofVisit.current = search;
    },
    endVisit() {
      ofVisit.current = undefined;
    },
    clear: () => keep([]),
  };
}
