-- On Postgres the ledger writes its tables at once: the schemas only stay in step.
SELECT 1;
