/** How money is shown: as the gateway's settings say, for every format on the screen. */
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { create } from 'zustand';
import type { Display } from '../../../gateway/contract/settings.ts';
import { useSession } from '../session/use-session.tsx';
import type { Rate } from './numbers.ts';

/** Null: cost is shown as it is kept, in US dollars. */
export const useRate = create<{ rate: Rate | null }>(() => ({ rate: null }));

/** Keeps the rate fresh; once, for the whole console. */
export function useDisplay(): void {
  const session = useSession();
  const { data } = useQuery({
    queryKey: ['display'],
    queryFn: ({ signal }) => session.call<Display>('/api/admin/display', { signal }),
  });
  useEffect(() => {
    if (!data) return;
    const { currency, exchangeRate, exchangeRateDate } = data;
    const isOther = exchangeRate !== null && currency !== 'USD';
    useRate.setState({ rate: isOther ? { currency, perUsd: exchangeRate, day: exchangeRateDate } : null });
  }, [data]);
}
