import { Button, Center, Paper } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { explainFailure } from '../explain-failure.ts';
import { FailureAlert } from '../failure-alert.tsx';
import { QueryState } from '../query-state.tsx';

interface ListFrameProps {
  list: {
    data: unknown;
    items: readonly unknown[] | undefined;
    error: Error | null;
    refetch(): unknown;
    hasNextPage: boolean;
    isFetchingNextPage: boolean;
    fetchNextPage(): unknown;
    isPlaceholderData: boolean;
  };
  /** Instead of a list without rows. */
  empty: ReactNode;
  /** Inside of something that has a border. */
  isBare?: boolean;
  children: ReactNode;
}

/** Around every list: waiting, failed, empty, or its rows and the way to more of them. */
export function ListFrame({ list, empty, isBare = false, children }: ListFrameProps) {
  const { t } = useTranslation();
  return (
    <Paper withBorder={!isBare} style={{ overflow: 'clip' }}>
      <QueryState query={{ data: list.items, error: list.error, refetch: () => list.refetch() }}>
        {(items) =>
          items.length === 0 ? (
            empty
          ) : (
            <div aria-busy={list.isPlaceholderData} style={{ opacity: list.isPlaceholderData ? 0.6 : 1 }}>
              {children}
              {list.error && <FailureAlert failure={explainFailure(list.error)} />}
              {list.hasNextPage && (
                <Center p="sm">
                  <Button variant="subtle" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                    {t('loadMore')}
                  </Button>
                </Center>
              )}
            </div>
          )
        }
      </QueryState>
    </Paper>
  );
}
