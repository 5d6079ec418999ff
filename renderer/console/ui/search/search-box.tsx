import { CloseButton } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useId, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { useShortcuts } from '../../frame/shortcuts.ts';
import { type FilterParams, type SearchField, withoutFilter } from './fields.ts';
import { FilterChips } from './filter-chips.tsx';
import { readQuery } from './query.ts';
import css from './search-box.module.css';
import { SuggestionList } from './suggestion-list.tsx';
import { useFilterWords } from './use-filter-words.ts';
import { useSearchBox } from './use-search-box.ts';

interface SearchBoxProps {
  /** Names the list, for what this device remembers of it. */
  list: string;
  /** In the order of their chips. Keep them stable: they are read with every letter. */
  fields: readonly SearchField[];
  /** The filters as they stand in the address. */
  params: object;
  /** Name of the parameter for words to look for; null where the list is not searched for words. */
  textParam?: string | null;
  placeholder: string;
  /** Heading of the list's keys among the shortcuts. */
  group: string;
  onChange(change: (before: FilterParams) => FilterParams, how: { replace: boolean }): void;
}

/** Words and filters in one line: `ana plan:pro` becomes a word to look for and a chip. */
export function SearchBox(props: SearchBoxProps) {
  const { list, fields, textParam = 'search', placeholder, group, onChange } = props;
  const params = props.params as FilterParams;
  const { t } = useTranslation(['search', 'common', 'frame']);
  const id = useId();
  const words = useFilterWords();
  const box = useSearchBox({ list, fields, params, textParam, onChange });
  const shortcuts = useMemo(
    () => [
      {
        keys: '/',
        label: t('frame:shortcutNames.search'),
        group,
        isOnlyKeys: true,
        run: () => box.input.current?.focus(),
      },
    ],
    [t, group, box.input],
  );
  useShortcuts(shortcuts);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: only whether the focus leaves is of interest
    <div className={css.box} onBlur={box.onBlur}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: whoever misses the text with the mouse means it */}
      <div
        className={css.field}
        data-wrong={box.problem !== undefined || undefined}
        onMouseDown={(event) => {
          if (event.target !== event.currentTarget) return;
          event.preventDefault();
          box.input.current?.focus();
          box.open();
        }}
      >
        <IconSearch size={15} className={css.icon} aria-hidden />
        <FilterChips
          filters={box.filters}
          listRef={box.chips}
          onRemove={(filter) => box.line.change((before) => withoutFilter(before, filter), { replace: false })}
          onLeave={box.focusText}
        />
        <input
          ref={box.input}
          className={css.input}
          type="text"
          role="combobox"
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          enterKeyHint="search"
          aria-label={t('common:search')}
          aria-autocomplete="list"
          aria-expanded={box.isShown}
          aria-controls={box.isShown ? id : undefined}
          aria-activedescendant={box.active === -1 ? undefined : `${id}-${box.active}`}
          aria-invalid={box.problem !== undefined}
          aria-describedby={box.problem === undefined ? `${id}-help` : `${id}-problem`}
          placeholder={box.filters.length === 0 ? placeholder : ''}
          value={box.line.text}
          onChange={({ currentTarget: { value, selectionStart } }) => box.edit(value, selectionStart ?? value.length)}
          onSelect={({ currentTarget: { value, selectionStart } }) => box.moveCaret(selectionStart ?? value.length)}
          onFocus={box.onFocus}
          onClick={box.open}
          onKeyDown={box.onKeyDown}
          onPaste={(event) => {
            const { value, selectionStart, selectionEnd } = event.currentTarget;
            const pasted = event.clipboardData.getData('text').replaceAll(/\s+/g, ' ');
            const whole = value.slice(0, selectionStart ?? 0) + pasted + value.slice(selectionEnd ?? value.length);
            // A whole query becomes chips at once; mere words are pasted as anywhere.
            if (readQuery(whole, fields, textParam !== null).filters.length === 0) return;
            event.preventDefault();
            box.commit(whole);
            box.close();
          }}
        />
        {(box.filters.length > 0 || box.line.text !== '') && (
          <CloseButton size="sm" aria-label={t('common:clear')} onClick={box.clear} />
        )}
      </div>
      <span id={`${id}-help`} className="visually-hidden">
        {t('help')}
      </span>
      <div id={`${id}-problem`} aria-live="polite" className={box.problem && css.problem}>
        {box.problem &&
          words.problem(
            box.problem,
            fields.map(({ key }) => key),
          )}
      </div>
      {box.isShown && (
        <SuggestionList
          id={id}
          items={box.items}
          active={box.active}
          fields={fields}
          textParam={textParam}
          onPick={box.pick}
        />
      )}
    </div>
  );
}
