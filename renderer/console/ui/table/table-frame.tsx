import type { ReactNode } from 'react';
import css from './table-frame.module.css';
import type { Columns } from './use-columns.ts';

interface TableFrameProps {
  shown: Pick<Columns, 'frame' | 'isCards' | 'isCut'>;
  /** What the table is called. */
  name: string;
  /** The table alone. */
  children: ReactNode;
}

/** Where a table stands, whose width decides how it shows. What fits in no way is scrolled to: by keyboard, too. */
export function TableFrame({ shown: { frame, isCards, isCut }, name, children }: TableFrameProps) {
  return (
    <div
      ref={frame}
      className={css.frame}
      data-cards={isCards || undefined}
      {...(isCut ? { role: 'region', 'aria-label': name, tabIndex: 0 } : {})}
    >
      {children}
    </div>
  );
}
