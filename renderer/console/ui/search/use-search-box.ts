import { type FocusEvent, type KeyboardEvent, useLayoutEffect, useRef, useState } from 'react';
import { parseSearch } from '../../search-params.ts';
import { filtersOf } from './fields.ts';
import { readQuery } from './query.ts';
import { suggest } from './suggest.ts';
import type { Offer } from './suggestion-list.tsx';
import { useSearchHistory } from './use-search-history.ts';
import { type SearchLineOptions, useSearchLine } from './use-search-line.ts';

/** What the box shows and does: its text, what it offers below, and its keys. */
export function useSearchBox({ list, ...options }: SearchLineOptions & { readonly list: string }) {
  const { fields, params, textParam } = options;
  const history = useSearchHistory(list);
  const line = useSearchLine(options);
  const input = useRef<HTMLInputElement>(null);
  const chips = useRef<HTMLUListElement>(null);
  const isQuiet = useRef(false);
  const moveTo = useRef<number>(undefined);
  const [isOpen, setOpen] = useState(false);
  const [caret, setCaret] = useState(line.text.length);
  const [chosen, setChosen] = useState<number | null>(null);
  /** Whether the line was meant as it is: what is wrong with it is told then, also at the caret. */
  const [isMeant, setMeant] = useState(false);
  useLayoutEffect(() => {
    if (moveTo.current === undefined) return;
    input.current?.setSelectionRange(moveTo.current, moveTo.current);
    moveTo.current = undefined;
  });

  const filters = filtersOf(fields, params);
  const offer = suggest(line.text, caret, fields, params, textParam !== null);
  const isEmpty = line.text.trim() === '';
  const recent = history.searches.map((search): Offer => ({ kind: 'recent', search }));
  const past: readonly Offer[] = recent.length === 0 ? [] : [...recent, { kind: 'forget' }];
  const items: readonly Offer[] = isEmpty ? [...past, ...offer.items] : offer.items;
  const isShown = isOpen && items.length > 0;
  const active = isShown ? Math.min(chosen ?? (offer.isFirstMeant ? 0 : -1), items.length - 1) : -1;
  // What is being typed is not told wrong while something may still come of it.
  const problem = readQuery(line.text, fields, textParam !== null).problems.find(
    ({ token, code }) =>
      isMeant ||
      (code !== 'text' && !(token.start < caret && caret <= token.end && (offer.items.length > 0 || code === 'empty'))),
  );

  const edit = (text: string, at: number) => {
    line.type(text);
    setCaret(at);
    setChosen(null);
    setMeant(false);
    setOpen(true);
  };
  const focusText = () => {
    // Whoever comes back from a chip did not ask for suggestions.
    isQuiet.current = true;
    input.current?.focus();
    isQuiet.current = false;
  };
  const commit = (text: string, more: Parameters<typeof line.commit>[1] = []) => {
    const { rest, isMade } = line.commit(text, more);
    setChosen(null);
    setMeant(true);
    setCaret(rest.length);
    return isMade;
  };
  const pick = (item: Offer) => {
    const { start, end } = offer.token;
    const [left, right] = [line.text.slice(0, start), line.text.slice(end)];
    switch (item.kind) {
      case 'forget':
        history.clear();
        setChosen(null);
        return;
      case 'recent':
        line.replaceBy(parseSearch(item.search));
        history.add(line.current());
        setOpen(false);
        return;
      case 'field': {
        const at = start + item.field.key.length + 1;
        moveTo.current = at;
        edit(`${left}${item.field.key}:${right}`, at);
        return;
      }
      case 'value':
        commit(`${left}${right}`, [...offer.earlier, item]);
        setOpen(false);
    }
  };

  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.nativeEvent.isComposing) return;
    const current = items[active];
    const { selectionStart, selectionEnd } = event.currentTarget;
    const isAtStart = selectionStart === 0 && selectionEnd === 0;
    switch (event.key) {
      case 'ArrowDown':
      case 'ArrowUp': {
        event.preventDefault();
        const step = event.key === 'ArrowDown' ? 1 : -1;
        setOpen(true);
        if (items.length > 0)
          setChosen(active === -1 && step === -1 ? items.length - 1 : (active + step + items.length) % items.length);
        return;
      }
      case 'Enter':
        event.preventDefault();
        if (current) return pick(current);
        commit(line.text);
        history.add(line.current());
        return setOpen(false);
      case 'Tab':
        // A filter in the line is made a chip first; without one, Tab leads on as everywhere.
        if (event.shiftKey) return;
        if (current) {
          event.preventDefault();
          pick(current);
        } else if (commit(line.text)) event.preventDefault();
        return;
      case 'Escape':
        if (!isShown) return;
        event.preventDefault();
        event.stopPropagation();
        return setOpen(false);
      case 'Backspace':
      case 'ArrowLeft':
        if (!isAtStart || filters.length === 0) return;
        event.preventDefault();
        setOpen(false);
        return chips.current?.querySelector<HTMLButtonElement>('li:last-child button')?.focus();
    }
  };
  const onBlur = (event: FocusEvent) => {
    if (event.currentTarget.contains(event.relatedTarget)) return;
    setOpen(false);
    commit(line.text);
    history.add(line.current());
    history.endVisit();
  };

  return {
    line,
    input,
    chips,
    filters,
    items,
    active,
    isShown,
    problem,
    edit,
    commit,
    pick,
    focusText,
    onKeyDown,
    onBlur,
    open: () => setOpen(true),
    close: () => setOpen(false),
    moveCaret: setCaret,
    onFocus: () => setOpen(!isQuiet.current),
    clear() {
      history.add(line.current());
      line.replaceBy({});
      setMeant(false);
      focusText();
    },
  };
}
