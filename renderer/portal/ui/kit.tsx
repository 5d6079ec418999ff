/** The few pieces that all screens of the portal are made of. */
import { type ComponentProps, type ReactNode, useEffect, useId, useRef } from 'react';
import { Link } from 'wouter';
import { DayField, type DayFieldProps } from '../../shared/dates/day-field.tsx';
import { failureText } from '../i18n/words.ts';
import type { Failure } from '../session/client.ts';
import { useSession } from '../session/session.tsx';
import css from './kit.module.css';
import type { Draft } from './use-draft.ts';

type Kind = 'primary' | 'plain' | 'quiet' | 'danger';

interface ButtonProps extends ComponentProps<'button'> {
  kind?: Kind;
  wide?: boolean;
}

export function Button({ kind = 'plain', wide = false, type = 'button', ...rest }: ButtonProps) {
  return <button type={type} className={css.button} data-kind={kind} data-wide={wide || undefined} {...rest} />;
}

interface ButtonLinkProps {
  to: string;
  kind?: Kind;
  wide?: boolean;
  children: ReactNode;
}

export function ButtonLink({ to, kind = 'plain', wide = false, children }: ButtonLinkProps) {
  return (
    <Link href={to} className={css.button} data-kind={kind} data-wide={wide || undefined}>
      {children}
    </Link>
  );
}

export function Card({ children, label }: { children: ReactNode; label?: string }) {
  return (
    <section className={css.card} aria-label={label}>
      <div className={css.stack}>{children}</div>
    </section>
  );
}

export function Stack({ children }: { children: ReactNode }) {
  return <div className={css.stack}>{children}</div>;
}

export function Row({ children }: { children: ReactNode }) {
  return <div className={css.row}>{children}</div>;
}

export function Quiet({ children }: { children: ReactNode }) {
  return <p className={css.quiet}>{children}</p>;
}

/** The screen's title. It takes the focus, so that a reader hears where a link has led; and it names the window. */
export function Title({ children, text }: { children: string; text?: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${children} · IA Solaris`;
    heading.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, [children]);
  return (
    <div className={css.head}>
      <h1 ref={heading} tabIndex={-1}>
        {children}
      </h1>
      {text !== undefined && <p className={css.quiet}>{text}</p>}
    </div>
  );
}

type Tone = 'good' | 'warning' | 'critical' | 'blocked' | 'quiet';

/** A state as a word and a shape. */
export function Mark({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span className={css.mark} data-tone={tone}>
      {children}
    </span>
  );
}

const SIGNS = { good: '✓', bad: '!', blocked: '!' } as const;

interface NoticeProps {
  tone: keyof typeof SIGNS;
  title: string;
  children?: ReactNode;
}

export function Notice({ tone, title, children }: NoticeProps) {
  return (
    <div className={css.notice} data-tone={tone} role={tone === 'good' ? 'status' : 'alert'}>
      <span className={css.sign} aria-hidden="true">
        {SIGNS[tone]}
      </span>
      <strong>{title}</strong>
      {children}
    </div>
  );
}

/** A failure in the reader's words, with the cause in small print. */
export function FailureNotice({ failure, onRetry }: { failure: Failure; onRetry?: () => void }) {
  const { words } = useSession();
  const isGeneral = !(failure.code in words.errors);
  return (
    <Notice tone="bad" title={failureText(words, failure)}>
      {isGeneral && (
        <p className={css.small}>
          {words.technical}
          {': '}
          {failure.code}
          {' · '}
          {failure.message}
        </p>
      )}
      {onRetry && (
        <div>
          <Button onClick={onRetry}>{words.retry}</Button>
        </div>
      )}
    </Notice>
  );
}

/** A day, with its calendar at the right end. */
export function DayInput({ hint, ...props }: DayFieldProps & { hint?: string }) {
  const { locale } = useSession();
  return (
    <DayField {...props} locale={locale}>
      {({ input, button, problem }) => (
        <Field label={props.label} hint={hint} error={problem}>
          {(ids) => (
            <div className={css.withButton}>
              <input type="text" {...ids} {...input} />
              {button}
            </div>
          )}
        </Field>
      )}
    </DayField>
  );
}

/** Says that a form holds what was typed before, and offers to begin afresh. */
export function DraftNote({ draft }: { draft: Pick<Draft<unknown>, 'isRestored' | 'reset'> }) {
  const { words } = useSession();
  if (!draft.isRestored) return null;
  return (
    <div className={css.row} role="status">
      <span className={css.quiet}>{words.draft}</span>
      <Button kind="quiet" onClick={draft.reset}>
        {words.discard}
      </Button>
    </div>
  );
}

interface InputIds {
  readonly id: string;
  readonly className: string;
  readonly 'aria-describedby': string;
  readonly 'aria-invalid': boolean;
  readonly 'data-path': string | undefined;
}

interface FieldProps {
  label: string;
  /** The API's name of it, by which a form finds its input. */
  path?: string;
  hint?: string | undefined;
  error?: string | null;
  children: (ids: InputIds) => ReactNode;
}

/** A label, its input, and what is to be said of it. */
export function Field({ label, path, hint, error = null, children }: FieldProps) {
  const id = useId();
  const about = `${id}-about`;
  return (
    <div className={css.field}>
      <label className={css.label} htmlFor={id}>
        {label}
      </label>
      {children({
        id,
        className: css.input ?? '',
        'aria-describedby': about,
        'aria-invalid': error !== null,
        'data-path': path,
      })}
      <span id={about}>
        {error === null ? (
          hint !== undefined && <span className={css.small}>{hint}</span>
        ) : (
          <span className={css.error}>{error}</span>
        )}
      </span>
    </div>
  );
}

export interface Choice<Value extends string> {
  readonly value: Value;
  readonly title: string;
  readonly text?: string;
}

interface ChoicesProps<Value extends string> {
  legend: string;
  choices: readonly Choice<Value>[];
  chosen: Value;
  onChoose(value: Value): void;
}

/** One of a few, as tiles. */
export function Choices<Value extends string>({ legend, choices, chosen, onChoose }: ChoicesProps<Value>) {
  const name = useId();
  return (
    <fieldset className={css.choices}>
      <legend>{legend}</legend>
      {choices.map(({ value, title, text }) => (
        <label key={value} className={css.choice}>
          <input type="radio" name={name} value={value} checked={value === chosen} onChange={() => onChoose(value)} />
          <strong>{title}</strong>
          {text !== undefined && <span className={css.small}>{text}</span>}
        </label>
      ))}
    </fieldset>
  );
}

export function Skeleton({ label }: { label: string }) {
  return (
    <div role="status" aria-busy="true">
      <span className="visually-hidden">{label}</span>
      <span className={css.skeleton} />
      <span className={css.skeleton} />
    </div>
  );
}
