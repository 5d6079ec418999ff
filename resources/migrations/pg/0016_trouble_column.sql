DROP INDEX "usage_records_trouble";--> statement-breakpoint
ALTER TABLE "usage_records" ADD COLUMN "trouble" text GENERATED ALWAYS AS (case when outcome not in ('ok', 'pending') then outcome end) STORED;--> statement-breakpoint
CREATE INDEX "usage_records_trouble" ON "usage_records" USING btree ("trouble","id","model") WHERE trouble is not null;--> statement-breakpoint
-- Room for a record's settlement on its own page: then no index has to learn of it. What is old keeps its place.
ALTER TABLE "usage_records" SET (fillfactor = 45);