import type { LedgerPolicy } from '../ledger/port.ts';
import type { Settings } from './settings.ts';

/** What of the settings decides about what may be spent. */
export function ledgerPolicy({ defaultMonthlyLimit, blockThreshold, policy }: Settings): LedgerPolicy {
  return { defaultMonthlyLimit, blockThreshold, overdraft: policy.overdraft };
}
