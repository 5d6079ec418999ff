import { type ChangeEvent, type KeyboardEvent, type ReactNode, useState } from 'react';
import { whenReleased } from '../hooks/when-released.ts';
import type { Locale } from '../i18n/locale.ts';
import { CalendarButton } from './calendar-button.tsx';
import { boundProblem, dayPattern, dayProblem, isDay, readDay, writeDay } from './day-text.ts';

export interface DayFieldProps {
  label: string;
  /** `2026-11-30`, with `withTime` `2026-11-30T14:30`; empty where there is none, and what was typed where it is no day. */
  value: string;
  /**
   * @param value empty, or what was typed where it is no day: it stays in the field with the reason, and is no concern of
   *   those who keep days only
   */
  onChange(value: string): void;
  /** First and last day that can stand here. What is beyond is told, and not changed. */
  min?: string | undefined;
  max?: string | undefined;
  /** Whose days they are; this device's where nothing is said. */
  zone?: string | undefined;
  /** With a time of day, of this device's clock. */
  withTime?: boolean;
  disabled?: boolean | undefined;
}

/** What a page's own kind of field shows. */
export interface DayFieldParts {
  readonly input: {
    readonly value: string;
    readonly placeholder: string;
    readonly autoComplete: 'off';
    readonly spellCheck: false;
    readonly disabled: boolean | undefined;
    onChange(event: ChangeEvent<HTMLInputElement>): void;
    onBlur(): void;
    onKeyDown(event: KeyboardEvent): void;
  };
  /** Opens the calendar. */
  readonly button: ReactNode;
  readonly problem: string | null;
}

interface Typed {
  readonly text: string;
  /** What the page was told, and what it had before. With any other value it has moved on. */
  readonly sent: string;
  readonly before: string;
  /** The field was left: now it can be judged. */
  readonly isDone: boolean;
}

/** A day as it is typed in the chosen language, with a calendar. What is around it is the page's own. */
export function DayField({
  locale,
  children,
  ...props
}: DayFieldProps & { locale: Locale; children(parts: DayFieldParts): ReactNode }) {
  const { label, value, onChange, min, max, zone, withTime = false, disabled } = props;
  const [last, setTyped] = useState<Typed | null>(null);
  const typed = last !== null && (value === last.sent || value === last.before) ? last : null;
  // It has arrived: with the value of before, the page would go back.
  if (typed !== null && value === typed.sent && typed.before !== value) setTyped({ ...typed, before: value });
  const text = typed?.text ?? writeDay(value, locale);
  const reading = readDay(text, locale, withTime);

  const send = (next: string, nextText: string, isDone: boolean) => {
    setTyped({ text: nextText, sent: next, before: value, isDone });
    if (next !== value) onChange(next);
  };
  const type = (nextText: string) => {
    const next = readDay(nextText, locale, withTime);
    send(next.value !== null && next.isWhole ? next.value : nextText.trim(), nextText, false);
  };
  const finish = (judge: (run: () => void) => void) => {
    if (typed === null) return;
    if (reading.value !== null) send(reading.value, writeDay(reading.value, locale), false);
    judge(() => setTyped((now) => now && { ...now, isDone: true }));
  };
  const pick = (day: string) => {
    const next = withTime ? `${day}T${isDay(value) ? value.slice(11) : nextHour()}` : day;
    send(next, writeDay(next, locale), true);
  };
  const isJudged = typed === null || typed.isDone;
  const problem =
    reading.value === null
      ? dayProblem(text, locale, withTime)
      : boundProblem(reading.value, locale, { ...(min && { min }), ...(max && { max }) });

  return children({
    input: {
      value: text,
      placeholder: dayPattern(locale, withTime),
      autoComplete: 'off',
      spellCheck: false,
      disabled,
      onChange: ({ target }) => type(target.value),
      // What is said below the field moves what is pressed.
      onBlur: () => finish(whenReleased),
      onKeyDown: ({ key }) => key === 'Enter' && finish((run) => run()),
    },
    button: (
      <CalendarButton
        label={label}
        day={reading.value?.slice(0, 10) ?? null}
        onPick={pick}
        min={min}
        max={max}
        zone={zone}
        locale={locale}
        withTime={withTime}
        disabled={disabled}
      />
    ),
    problem: isJudged ? problem : null,
  });
}

/** `15:00` at 14:03. */
function nextHour(): string {
  return `${String(Math.min(23, new Date().getHours() + 1)).padStart(2, '0')}:00`;
}
