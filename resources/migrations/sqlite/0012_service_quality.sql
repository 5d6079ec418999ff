CREATE TABLE `gateway_gaps` (
	`gateway_id` text NOT NULL,
	`starts_at` integer NOT NULL,
	`ends_at` integer NOT NULL,
	PRIMARY KEY(`gateway_id`, `starts_at`)
);
--> statement-breakpoint
CREATE TABLE `user_paces` (
	`user_id` text PRIMARY KEY NOT NULL,
	`day` text NOT NULL,
	`sunday` integer DEFAULT 0 NOT NULL,
	`monday` integer DEFAULT 0 NOT NULL,
	`tuesday` integer DEFAULT 0 NOT NULL,
	`wednesday` integer DEFAULT 0 NOT NULL,
	`thursday` integer DEFAULT 0 NOT NULL,
	`friday` integer DEFAULT 0 NOT NULL,
	`saturday` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
ALTER TABLE `hourly_totals` ADD `first_byte_times` text;--> statement-breakpoint
ALTER TABLE `hourly_totals` ADD `durations` text;--> statement-breakpoint
CREATE INDEX `alerts_warned` ON `alerts` (`created_at`,`user_id`,`period`) WHERE kind in ('warning', 'critical', 'blocked', 'early_warning');--> statement-breakpoint
CREATE INDEX `alerts_anomalies` ON `alerts` (`created_at`) WHERE kind = 'anomaly';--> statement-breakpoint
CREATE INDEX `tickets_decided` ON `tickets` (`decided_at`,`created_at`,`due_at`) WHERE decided_at is not null;