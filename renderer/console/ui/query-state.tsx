import { Skeleton, Stack } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import { explainFailure } from './explain-failure.ts';
import { FailurePanel } from './failure-panel.tsx';

/** Nothing moves for people who wait less than this. */
const PATIENCE_MS = 300;

interface QueryLike<T> {
  data: T | undefined;
  error: Error | null;
  refetch(): unknown;
}

interface QueryStateProps<T> {
  query: QueryLike<T>;
  /** Shown instead while the first answer is out; should be of the same shape. */
  skeleton?: ReactNode;
  children(data: T): ReactNode;
}

/** What a query has; while it has nothing, its skeleton or what went wrong. Old data stays while newer is asked for. */
export function QueryState<T>({ query, skeleton, children }: QueryStateProps<T>) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) {
    const { title, next, cause } = explainFailure(query.error);
    return <FailurePanel title={title} next={next} cause={cause} onRetry={() => void query.refetch()} />;
  }
  return <Patient>{skeleton ?? <Lines />}</Patient>;
}

/** Shows its children only to those who have waited a moment. */
export function Patient({ children }: { children: ReactNode }) {
  const [late, setLate] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  return <div aria-busy="true">{late ? children : null}</div>;
}

const LINES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

function Lines() {
  return (
    <Stack gap="sm" p="md">
      {LINES.map((line) => (
        <Skeleton key={line} height={20} />
      ))}
    </Stack>
  );
}
