import { lazy, Suspense, useId, useRef, useState } from 'react';
import { messages } from '../i18n/locale.ts';
import type { CalendarProps } from './calendar.tsx';
import css from './calendar-button.module.css';
import { dayPattern } from './day-text.ts';

// Most days are typed: the calendar comes when it is opened.
const Calendar = lazy(async () => ({ default: (await import('./calendar.tsx')).Calendar }));

interface CalendarButtonProps extends CalendarProps {
  /** Name of the field whose day it chooses. */
  label: string;
  withTime: boolean;
  disabled?: boolean | undefined;
}

/** Opens the month over the page. Escape, or a press elsewhere, closes it; then the focus is here again. */
export function CalendarButton({ label, withTime, disabled, onPick, ...calendar }: CalendarButtonProps) {
  const { dates } = messages[calendar.locale];
  const id = useId();
  const popup = useRef<HTMLDivElement>(null);
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        className={css.button}
        popoverTarget={id}
        disabled={disabled}
        aria-label={dates.choose(label)}
        aria-haspopup="dialog"
      >
        <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
          <path
            d="M2.5 4.5a1 1 0 0 1 1-1h9a1 1 0 0 1 1 1v8a1 1 0 0 1-1 1h-9a1 1 0 0 1-1-1zM2.5 6.5h11M5.5 2v2.5M10.5 2v2.5"
            fill="none"
            stroke="currentColor"
            strokeWidth="1.3"
            strokeLinecap="round"
            strokeLinejoin="round"
          />
        </svg>
      </button>
      <div
        id={id}
        ref={popup}
        popover="auto"
        // What is closed is no dialog for those who count them.
        {...(isOpen && { role: 'dialog', 'aria-label': dates.choose(label) })}
        className={css.popup}
        onToggle={({ newState }) => setOpen(newState === 'open')}
      >
        {isOpen && (
          <>
            <Suspense fallback={<div className={css.room} />}>
              <Calendar
                {...calendar}
                onPick={(day) => {
                  onPick(day);
                  popup.current?.hidePopover();
                }}
              />
            </Suspense>
            <p className={css.note}>
              {dayPattern(calendar.locale, withTime)}
              {calendar.zone !== undefined && ` · ${dates.zone(calendar.zone)}`}
            </p>
          </>
        )}
      </div>
    </>
  );
}
