import { Paper, Text, Tooltip } from '@mantine/core';
import { Link, type LinkProps } from '@tanstack/react-router';
import css from './figure-card.module.css';
import type { Meaning } from './status-badge.tsx';

interface FigureCardProps {
  title: string;
  value: string;
  /** The exact figure. */
  hint?: string;
  note?: string;
  lines?: readonly string[];
  meaning?: Meaning;
  /** Where the rows behind the number are. */
  to?: LinkProps['to'];
}

/** One number, what it is of, and the way to what is behind it. */
export function FigureCard({ title, value, hint, note, lines = [], meaning, to }: FigureCardProps) {
  const content = (
    <Paper withBorder className={css.card} data-meaning={meaning}>
      <Text size="xs" c="dimmed" fw={600}>
        {title}
      </Text>
      <Tooltip label={hint} disabled={hint === undefined || hint === value}>
        <span className={css.value}>{value}</span>
      </Tooltip>
      {note !== undefined && note !== '' && (
        <Text size="xs" c="dimmed">
          {note}
        </Text>
      )}
      {lines.map((line) => (
        <Text key={line} size="sm">
          {line}
        </Text>
      ))}
    </Paper>
  );
  return to === undefined ? (
    content
  ) : (
    <Link to={to} className={css.link}>
      {content}
    </Link>
  );
}
