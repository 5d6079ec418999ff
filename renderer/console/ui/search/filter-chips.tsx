import { IconX } from '@tabler/icons-react';
import type { KeyboardEvent, RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import type { Filter } from './fields.ts';
import css from './search-box.module.css';
import { useFilterWords } from './use-filter-words.ts';

interface FilterChipsProps {
  filters: readonly Filter[];
  /** The list, whose buttons the arrows go through. */
  listRef: RefObject<HTMLUListElement | null>;
  onRemove(filter: Filter): void;
  /** To the text behind the chips. */
  onLeave(): void;
}

/** The filters that are set. One is reached from the text by an arrow or Backspace, and none is in the way of Tab. */
export function FilterChips({ filters, listRef, onRemove, onLeave }: FilterChipsProps) {
  const { t } = useTranslation(['search', 'common']);
  const words = useFilterWords();
  const focus = (index: number) => {
    const button = listRef.current?.querySelectorAll('button')[index];
    if (button) button.focus();
    else onLeave();
  };
  const remove = (index: number, next: number) => {
    const filter = filters[index];
    if (!filter) return;
    // The focus moves before its place goes.
    if (filters.length === 1) onLeave();
    else focus(next);
    onRemove(filter);
  };
  const onKeyDown = (event: KeyboardEvent, index: number) => {
    const act: Record<string, () => void> = {
      ArrowLeft: () => focus(Math.max(0, index - 1)),
      ArrowRight: () => focus(index + 1),
      Home: () => focus(0),
      End: onLeave,
      Escape: onLeave,
      // Behind the last one comes the text.
      Delete: () => remove(index, index + 1),
      Backspace: () => remove(index, index === 0 ? 1 : index - 1),
    };
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // What is typed here is meant for the box: no single key of the screen may act on it.
    event.stopPropagation();
    const isLetter = event.key.length === 1 && event.key !== ' ';
    // The letter itself goes into the text: the focus is there before the browser writes it.
    if (isLetter) onLeave();
    const found = Object.hasOwn(act, event.key) ? act[event.key] : undefined;
    if (!found) return;
    event.preventDefault();
    found();
  };
  return (
    <ul ref={listRef} className={css.chips} aria-label={t('filters')}>
      {filters.map((filter, index) => (
        <li key={`${filter.field.param} ${filter.value}`} className={css.chip}>
          <span className={css.chipText}>{words.chip(filter)}</span>
          <button
            type="button"
            tabIndex={-1}
            aria-label={t('common:removeFilter', { filter: words.chip(filter) })}
            title={t('common:removeFilter', { filter: words.chip(filter) })}
            onKeyDown={(event) => onKeyDown(event, index)}
            onClick={() => remove(index, index + 1)}
          >
            <IconX size={13} aria-hidden />
          </button>
        </li>
      ))}
    </ul>
  );
}
