import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';
import { type Filter, type FilterParams, type SearchField, shownParams, withFilters } from './fields.ts';
import { asWords, readQuery } from './query.ts';

export interface SearchLineOptions {
  readonly fields: readonly SearchField[];
  /** The filters of the list as they stand in the address. */
  readonly params: FilterParams;
  /** Name of the parameter for words; null where the list is not searched for words. */
  readonly textParam: string | null;
  /** Changes the address: chips can be stepped back over, words that are being typed cannot. */
  onChange(change: (before: FilterParams) => FilterParams, how: { replace: boolean }): void;
}

const TYPING_MS = 250;

/** The text beside the chips. Its words are told to the address when the typing pauses; its filters when they are meant. */
export function useSearchLine({ fields, params, textParam, onChange }: SearchLineOptions) {
  const shown = textParam === null ? '' : ([params[textParam]].flat()[0] ?? '');
  const [text, setText] = useState(() => asWords(shown, fields));
  /** What the address says, or will say in a moment. */
  const latest = useRef(params);
  const told = useRef(shown);
  useEffect(() => {
    latest.current = params;
  }, [params]);

  const change = (make: (before: FilterParams) => FilterParams, how: { replace: boolean }) => {
    latest.current = { ...latest.current, ...make(latest.current) };
    onChange(make, how);
  };
  const wordsAs = (words: string): FilterParams => {
    told.current = words;
    return textParam === null ? {} : { [textParam]: words === '' ? undefined : words };
  };
  const tell = useDebouncedCallback((line: string) => {
    const { words } = readQuery(line, fields, textParam !== null);
    if (words !== told.current) change(() => wordsAs(words), { replace: true });
  }, TYPING_MS);

  useEffect(() => {
    if (shown === told.current) return;
    // Somebody else changed the address: back and forward, a view, a link.
    tell.cancel();
    told.current = shown;
    setText(asWords(shown, fields));
  }, [shown, fields, tell]);

  return {
    text,
    type(line: string) {
      setText(line);
      tell(line);
    },
    /** Makes chips of all filters in the line, and of `more`. @returns what stays as text, and whether a chip was made */
    commit(line: string, more: readonly Filter[] = []): { rest: string; isMade: boolean } {
      const { words, filters, rest } = readQuery(line, fields, textParam !== null);
      const made = [...more, ...filters];
      tell.cancel();
      setText(rest);
      if (made.length > 0 || words !== told.current) {
        const parts = wordsAs(words);
        change((before) => ({ ...withFilters(before, made), ...parts }), { replace: made.length === 0 });
      }
      return { rest, isMade: made.length > 0 };
    },
    /** Puts another search in the place of this one. */
    replaceBy(next: FilterParams) {
      tell.cancel();
      const all = shownParams(fields, textParam, next);
      const words = textParam === null ? '' : String(all[textParam] ?? '');
      setText(asWords(words, fields));
      const parts = wordsAs(words);
      change(() => ({ ...all, ...parts }), { replace: false });
    },
    change,
    /** The search as it is, told or about to be. */
    current: () => shownParams(fields, textParam, latest.current),
  };
}
