import { IconHistory, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { parseSearch } from '../../search-params.ts';
import { filtersOf, type SearchField } from './fields.ts';
import css from './search-box.module.css';
import type { Suggestion } from './suggest.ts';
import { useFilterWords } from './use-filter-words.ts';

/** What can be picked below the box: besides suggestions, an earlier search and the end of all of them. */
export type Offer = Suggestion | { readonly kind: 'recent'; readonly search: string } | { readonly kind: 'forget' };

interface SuggestionListProps {
  id: string;
  items: readonly Offer[];
  active: number;
  fields: readonly SearchField[];
  textParam: string | null;
  onPick(item: Offer): void;
}

/** The open list. The focus stays in the text, which names the option that Enter would take. */
export function SuggestionList({ id, items, active, fields, textParam, onPick }: SuggestionListProps) {
  const { t } = useTranslation('search');
  const words = useFilterWords();
  const recent = (search: string) => {
    const params = parseSearch(search);
    const text = textParam === null ? '' : [params[textParam]].flat()[0];
    return [text ? `“${text}”` : '', ...filtersOf(fields, params).map(words.chip)].filter(Boolean).join(' · ');
  };
  const headOf = (item: Offer): string => {
    if (item.kind === 'recent' || item.kind === 'forget') return t('recent');
    return item.kind === 'field' ? t('by') : item.field.label;
  };
  const contentOf = (item: Offer): ReactNode => {
    switch (item.kind) {
      case 'recent':
        return (
          <>
            <IconHistory size={14} aria-hidden />
            <span className={css.optionText}>{recent(item.search)}</span>
          </>
        );
      case 'forget':
        return (
          <>
            <IconTrash size={14} aria-hidden />
            <span className={css.quiet}>{t('forget')}</span>
          </>
        );
      case 'field':
        return (
          <>
            <span className={css.optionText}>{item.field.label}</span>
            <code className={css.typed}>{`${item.field.key}:`}</code>
          </>
        );
      case 'value':
        return (
          <>
            <span className={css.optionText}>{words.value(item)}</span>
            <code className={css.typed}>{item.value}</code>
          </>
        );
    }
  };
  const groups = Map.groupBy(
    items.map((item, index) => ({ item, index })),
    ({ item }) => headOf(item),
  );
  return (
    <div role="listbox" id={id} className={css.list} aria-label={t('suggestions')}>
      {[...groups].map(([head, members]) => (
        // biome-ignore lint/a11y/useSemanticElements: a list of options holds groups, not fieldsets
        <div key={head} role="group" aria-label={head}>
          <div className={css.head} aria-hidden>
            {head}
          </div>
          {members.map(({ item, index }) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: its keys are those of the text, which keeps the focus
            <div
              key={keyOf(item)}
              role="option"
              tabIndex={-1}
              id={`${id}-${index}`}
              aria-selected={index === active}
              className={css.option}
              // The text keeps the focus while the mouse picks.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => onPick(item)}
            >
              {contentOf(item)}
            </div>
          ))}
        </div>
      ))}
    </div>
  );
}

function keyOf(item: Offer): string {
  if (item.kind === 'recent') return `recent ${item.search}`;
  if (item.kind === 'forget') return 'forget';
  return item.kind === 'field' ? `field ${item.field.param}` : `value ${item.field.param} ${item.value}`;
}
