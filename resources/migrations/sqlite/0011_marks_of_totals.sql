CREATE TABLE `total_marks` (
	`day` text NOT NULL,
	`department_id` text NOT NULL,
	`model` text NOT NULL,
	`upstream_id` text NOT NULL,
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
	PRIMARY KEY(`day`, `department_id`, `model`, `upstream_id`)
) WITHOUT ROWID;
--> statement-breakpoint
DELETE FROM `usage_mark_days`;
--> statement-breakpoint
DROP TABLE `usage_marks`;
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
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `__new_daily_rollups` (
	`day` text NOT NULL,
	`user_id` text NOT NULL,
	`department_id` text NOT NULL,
	`model` text NOT NULL,
	`upstream_id` text NOT NULL,
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
	PRIMARY KEY(`day`, `user_id`, `department_id`, `model`, `upstream_id`)
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `__new_daily_rollups` (`day`, `user_id`, `department_id`, `model`, `upstream_id`, `requests`, `errors`, `prompt_tokens`, `completion_tokens`, `cached_tokens`, `reasoning_tokens`, `total_tokens`, `charged_tokens`, `absorbed_tokens`, `cost_micro_usd`, `duration_ms`, `first_byte_ms`) SELECT `day`, `user_id`, `department_id`, `model`, `upstream_id`, `requests`, `errors`, `prompt_tokens`, `completion_tokens`, `cached_tokens`, `reasoning_tokens`, `total_tokens`, `charged_tokens`, `absorbed_tokens`, `cost_micro_usd`, `duration_ms`, `first_byte_ms` FROM `daily_rollups` ORDER BY `day`, `user_id`, `department_id`, `model`, `upstream_id`;
--> statement-breakpoint
DROP TABLE `daily_rollups`;
--> statement-breakpoint
ALTER TABLE `__new_daily_rollups` RENAME TO `daily_rollups`;
--> statement-breakpoint
CREATE INDEX `daily_rollups_user` ON `daily_rollups` (`user_id`,`day`);
--> statement-breakpoint
CREATE TABLE `__new_daily_totals` (
	`day` text NOT NULL,
	`department_id` text NOT NULL,
	`model` text NOT NULL,
	`upstream_id` text NOT NULL,
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
	PRIMARY KEY(`day`, `department_id`, `model`, `upstream_id`)
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `__new_daily_totals` (`day`, `department_id`, `model`, `upstream_id`, `requests`, `errors`, `prompt_tokens`, `completion_tokens`, `cached_tokens`, `reasoning_tokens`, `total_tokens`, `charged_tokens`, `absorbed_tokens`, `cost_micro_usd`, `duration_ms`, `first_byte_ms`) SELECT `day`, `department_id`, `model`, `upstream_id`, `requests`, `errors`, `prompt_tokens`, `completion_tokens`, `cached_tokens`, `reasoning_tokens`, `total_tokens`, `charged_tokens`, `absorbed_tokens`, `cost_micro_usd`, `duration_ms`, `first_byte_ms` FROM `daily_totals` ORDER BY `day`, `department_id`, `model`, `upstream_id`;
--> statement-breakpoint
DROP TABLE `daily_totals`;
--> statement-breakpoint
ALTER TABLE `__new_daily_totals` RENAME TO `daily_totals`;
--> statement-breakpoint
CREATE TABLE `__new_user_periods` (
	`user_id` text NOT NULL,
	`period` text NOT NULL,
	`used_monthly` integer DEFAULT 0 NOT NULL,
	`used_credits` integer DEFAULT 0 NOT NULL,
	`held_monthly` integer DEFAULT 0 NOT NULL,
	`closed_at` integer, `told_share` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`user_id`, `period`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE restrict
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `__new_user_periods` (`user_id`, `period`, `used_monthly`, `used_credits`, `held_monthly`, `closed_at`, `told_share`) SELECT `user_id`, `period`, `used_monthly`, `used_credits`, `held_monthly`, `closed_at`, `told_share` FROM `user_periods` ORDER BY `user_id`, `period`;
--> statement-breakpoint
DROP TABLE `user_periods`;
--> statement-breakpoint
ALTER TABLE `__new_user_periods` RENAME TO `user_periods`;
--> statement-breakpoint
CREATE INDEX `user_periods_period` ON `user_periods` (`period`);
--> statement-breakpoint
CREATE TABLE `__new_department_periods` (
	`department_id` text NOT NULL,
	`period` text NOT NULL,
	`used_tokens` integer DEFAULT 0 NOT NULL,
	`used_micro_usd` integer DEFAULT 0 NOT NULL,
	`held_tokens` integer DEFAULT 0 NOT NULL,
	`held_micro_usd` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`department_id`, `period`),
	FOREIGN KEY (`department_id`) REFERENCES `departments`(`id`) ON UPDATE no action ON DELETE restrict
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `__new_department_periods` (`department_id`, `period`, `used_tokens`, `used_micro_usd`, `held_tokens`, `held_micro_usd`) SELECT `department_id`, `period`, `used_tokens`, `used_micro_usd`, `held_tokens`, `held_micro_usd` FROM `department_periods` ORDER BY `department_id`, `period`;
--> statement-breakpoint
DROP TABLE `department_periods`;
--> statement-breakpoint
ALTER TABLE `__new_department_periods` RENAME TO `department_periods`;
--> statement-breakpoint
CREATE TABLE `__new_holds` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`department_id` text,
	`period` text NOT NULL,
	`monthly_tokens` integer DEFAULT 0 NOT NULL,
	`credit_tokens` integer DEFAULT 0 NOT NULL,
	`cost_micro_usd` integer DEFAULT 0 NOT NULL,
	`gateway_id` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE restrict
) WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO `__new_holds` (`id`, `user_id`, `department_id`, `period`, `monthly_tokens`, `credit_tokens`, `cost_micro_usd`, `gateway_id`, `created_at`) SELECT `id`, `user_id`, `department_id`, `period`, `monthly_tokens`, `credit_tokens`, `cost_micro_usd`, `gateway_id`, `created_at` FROM `holds` ORDER BY `id`;
--> statement-breakpoint
DROP TABLE `holds`;
--> statement-breakpoint
ALTER TABLE `__new_holds` RENAME TO `holds`;
