import { useCopy } from '../hooks/use-copy.ts';
import css from './copy-button.module.css';

interface CopyButtonProps {
  text: string;
  label: string;
  /** What the button says for a moment after it worked. */
  doneLabel: string;
  /** What it says where the clipboard was not given: the text stands beside it and can be selected. */
  failedLabel: string;
}

export function CopyButton({ text, label, doneLabel, failedLabel }: CopyButtonProps) {
  const { state, copy } = useCopy();
  const said = state === 'failed' ? failedLabel : state === 'copied' ? doneLabel : label;
  return (
    <button type="button" className={css.button} onClick={() => copy(text)} data-state={state ?? 'idle'}>
      <span aria-live="polite">{said}</span>
    </button>
  );
}
