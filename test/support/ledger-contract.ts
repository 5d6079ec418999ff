/** What every implementation of the ledger port must do. One suite, run against each engine. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Database } from '../../gateway/db/database.ts';
import { ledgerCapTests } from './ledger-contract-caps.ts';
import { ledgerConcurrencyTests } from './ledger-contract-concurrency.ts';
import { ledgerHoldTests } from './ledger-contract-hold.ts';
import { ledgerMoveTests } from './ledger-contract-moves.ts';
import { ledgerPeriodTests } from './ledger-contract-periods.ts';
import { ledgerSettleTests } from './ledger-contract-settle.ts';
import { ledgerKit } from './ledger-kit.ts';
import type { LedgerTest } from './ledger-test.ts';

/** Opens an empty, migrated database. `close` also removes what it left behind. */
export type OpenLedger = () => Promise<{ db: Database; close(): Promise<void> }>;

/** Registers the whole suite under `name`. One database serves all of it and is emptied before each test. */
export function ledgerContract(name: string, open: OpenLedger): void {
  describe(`${name}: the ledger`, { concurrency: 1 }, () => {
    let opened: Awaited<ReturnType<OpenLedger>> | null = null;
    before(async () => {
      opened = await open();
    });
    after(() => opened?.close());

    const ledgerTest: LedgerTest = (title, body) => {
      test(title, async () => {
        assert.ok(opened);
        await body(await ledgerKit(opened.db));
      });
    };
    ledgerHoldTests(ledgerTest);
    ledgerSettleTests(ledgerTest);
    ledgerMoveTests(ledgerTest);
    ledgerCapTests(ledgerTest);
    ledgerPeriodTests(ledgerTest);
    ledgerConcurrencyTests(ledgerTest);
  });
}
