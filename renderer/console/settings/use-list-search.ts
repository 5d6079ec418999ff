import { getRouteApi } from '@tanstack/react-router';
import { parseSettingsSearch, type SearchName } from './settings-search.ts';

const route = getRouteApi('/settings');

export interface ListSearch {
  readonly search: string | undefined;
  /** Undefined shows all. */
  onSearch(text: string | undefined): void;
}

/** What a list of the settings is searched for, as the address has it. */
export function useListSearch(name: SearchName = 'search'): ListSearch {
  const search = route.useSearch()[name];
  const navigate = route.useNavigate();
  return {
    search,
    onSearch: (text) =>
      void navigate({ search: (before) => parseSettingsSearch({ ...before, [name]: text }), replace: true }),
  };
}
