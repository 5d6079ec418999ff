CREATE TABLE `hourly_totals` (
	`starts_at` integer PRIMARY KEY NOT NULL,
	`ends_at` integer NOT NULL,
	`requests` integer DEFAULT 0 NOT NULL,
	`errors` integer DEFAULT 0 NOT NULL,
	`total_tokens` integer DEFAULT 0 NOT NULL,
	`charged_tokens` integer DEFAULT 0 NOT NULL,
	`cost_micro_usd` integer DEFAULT 0 NOT NULL,
	`pending` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE `usage_mark_days` (
	`day` text PRIMARY KEY NOT NULL,
	`by_model` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `usage_marks` (
	`day` text NOT NULL,
	`model` text NOT NULL,
	`user_id` text NOT NULL,
	`department_id` text NOT NULL,
	`requests` integer DEFAULT 0 NOT NULL,
	`errors` integer DEFAULT 0 NOT NULL,
	`prompt_tokens` integer DEFAULT 0 NOT NULL,
	`completion_tokens` integer DEFAULT 0 NOT NULL,
	`cached_tokens` integer DEFAULT 0 NOT NULL,
	`reasoning_tokens` integer DEFAULT 0 NOT NULL,
	`total_tokens` integer DEFAULT 0 NOT NULL,
	`charged_tokens` integer DEFAULT 0 NOT NULL,
	`absorbed_tokens` integer DEFAULT 0 NOT NULL,
	`cost_micro_usd` integer DEFAULT 0 NOT NULL,
	`duration_ms` integer DEFAULT 0 NOT NULL,
	`first_byte_ms` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`day`, `model`, `user_id`, `department_id`)
);
--> statement-breakpoint
DROP INDEX `users_created`;--> statement-breakpoint
CREATE INDEX `users_created` ON `users` (`created_at`,`id`);