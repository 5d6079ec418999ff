DROP INDEX `usage_records_trouble`;--> statement-breakpoint
ALTER TABLE `usage_records` ADD `trouble` text GENERATED ALWAYS AS (case when outcome not in ('ok', 'pending') then outcome end) VIRTUAL;--> statement-breakpoint
CREATE INDEX `usage_records_trouble` ON `usage_records` (`trouble`,`id`,`model`) WHERE trouble is not null;