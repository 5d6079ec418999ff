import { Paper, Text, Tooltip } from '@mantine/core';
import type { LinkProps } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { AnchorLink } from './anchor-link.tsx';
import css from './figure-card.module.css';
import type { Meaning } from './status-badge.tsx';

/** A figure, and the way to the rows that it is the sum of. */
export interface Figure {
  readonly text: string;
  /** The exact figure. */
  readonly hint?: string;
  readonly rows?: LinkProps;
}

interface FigureCardProps {
  title: string;
  value: Figure;
  note?: string;
  lines?: readonly Figure[];
  meaning?: Meaning;
}

/** One number, what it is of, and the way to what is behind it. */
export function FigureCard({ title, value, note, lines = [], meaning }: FigureCardProps) {
  return (
    <Paper withBorder className={css.card} data-meaning={meaning}>
      <Text size="xs" c="dimmed" fw={600}>
        {title}
      </Text>
      <Shown figure={value}>
        <span className={css.value}>{value.text}</span>
      </Shown>
      {note !== undefined && note !== '' && (
        <Text size="xs" c="dimmed">
          {note}
        </Text>
      )}
      {lines.map((line) => (
        <Shown key={line.text} figure={line}>
          <span className={css.line}>{line.text}</span>
        </Shown>
      ))}
    </Paper>
  );
}

function Shown({ figure: { text, hint, rows }, children }: { figure: Figure; children: ReactElement }) {
  return (
    <Tooltip label={hint} disabled={hint === undefined || hint === text}>
      {rows === undefined ? (
        children
      ) : (
        <AnchorLink {...rows} className={css.link}>
          {children}
        </AnchorLink>
      )}
    </Tooltip>
  );
}
