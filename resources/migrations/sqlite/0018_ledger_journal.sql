-- What the ledger has committed and not yet posted to its tables: a row for each commit. The ledger's alone, and empty
-- whenever anybody else writes or copies, so that no schema of drizzle knows it.
CREATE TABLE `ledger_journal` (`id` integer PRIMARY KEY NOT NULL, `lines` text NOT NULL);
