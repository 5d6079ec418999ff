import { useEffect, useState } from 'react';
import css from './copy-button.module.css';

interface CopyButtonProps {
  text: string;
  label: string;
  /** What the button says for a second after it worked. */
  doneLabel: string;
}

const DONE_FOR_MS = 1_200;

export function CopyButton({ text, label, doneLabel }: CopyButtonProps) {
  const [done, setDone] = useState(false);

  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), DONE_FOR_MS);
    return () => clearTimeout(timer);
  }, [done]);

  const copy = () => {
    navigator.clipboard.writeText(text).then(
      () => setDone(true),
      // No permission: the text stands beside the button and can be selected.
      () => setDone(false),
    );
  };
  return (
    <button type="button" className={css.button} onClick={copy} data-done={done}>
      <span aria-live="polite">{done ? doneLabel : label}</span>
    </button>
  );
}
