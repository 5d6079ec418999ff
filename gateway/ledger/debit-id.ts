/** Pure: a debit's ledger entry is found through its usage record, so that no index by user is kept for it. */

const RECORD = 'req_';
const ENTRY = 'led_';

/** The id of the entry that debits a usage record. One for one, so that no record is debited twice. */
export function debitEntryId(usageId: string): string {
  return ENTRY + usageId.slice(RECORD.length);
}

/** The usage id that an entry's id would belong to if it were a debit; keeps its place in time. */
export function debitedUsageId(entryId: string): string {
  return RECORD + entryId.slice(ENTRY.length);
}
