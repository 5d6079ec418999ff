import type { ReactNode } from 'react';
import css from './facts.module.css';

interface FactsProps {
  /** What it is, and the value. */
  rows: readonly (readonly [label: string, value: ReactNode])[];
}

/** A thing's properties, label beside value. */
export function Facts({ rows }: FactsProps) {
  return (
    <dl className={css.facts}>
      {rows.map(([label, value]) => (
        <div key={label} className={css.row}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
