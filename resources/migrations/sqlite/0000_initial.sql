CREATE TABLE `alerts` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`user_id` text,
	`period` text,
	`dedupe_key` text NOT NULL,
	`details` text NOT NULL,
	`created_at` integer NOT NULL,
	`resolved_at` integer,
	`resolved_by` text
);
--> statement-breakpoint
CREATE UNIQUE INDEX `alerts_dedupe_key_unique` ON `alerts` (`dedupe_key`);--> statement-breakpoint
CREATE INDEX `alerts_user` ON `alerts` (`user_id`);--> statement-breakpoint
CREATE TABLE `api_tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`operator_id` text NOT NULL,
	`name` text NOT NULL,
	`hash` text NOT NULL,
	`hint` text NOT NULL,
	`role` text NOT NULL,
	`expires_at` integer,
	`created_at` integer NOT NULL,
	`last_used_at` integer,
	`revoked_at` integer,
	FOREIGN KEY (`operator_id`) REFERENCES `operators`(`id`) ON UPDATE no action ON DELETE restrict
);
--> statement-breakpoint
CREATE UNIQUE INDEX `api_tokens_hash_unique` ON `api_tokens` (`hash`);--> statement-breakpoint
CREATE TABLE `audit_log` (
	`seq` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`at` integer NOT NULL,
	`actor_kind` text NOT NULL,
	`actor_id` text,
	`action` text NOT NULL,
	`target_kind` text,
	`target_id` text,
	`details` text NOT NULL,
	`prev_hash` text NOT NULL,
	`hash` text NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `audit_log_id_unique` ON `audit_log` (`id`);--> statement-breakpoint
CREATE TABLE `audit_personal` (
	`audit_id` text PRIMARY KEY NOT NULL,
	`subject_id` text,
	`data` text NOT NULL
);
--> statement-breakpoint
CREATE INDEX `audit_personal_subject` ON `audit_personal` (`subject_id`);--> statement-breakpoint
CREATE TABLE `daily_rollups` (
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
);
--> statement-breakpoint
CREATE INDEX `daily_rollups_user` ON `daily_rollups` (`user_id`,`day`);--> statement-breakpoint
CREATE TABLE `daily_totals` (
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
);
--> statement-breakpoint
CREATE TABLE `department_periods` (
	`department_id` text NOT NULL,
	`period` text NOT NULL,
	`used_tokens` integer DEFAULT 0 NOT NULL,
	`used_micro_usd` integer DEFAULT 0 NOT NULL,
	`held_tokens` integer DEFAULT 0 NOT NULL,
	`held_micro_usd` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`department_id`, `period`),
	FOREIGN KEY (`department_id`) REFERENCES `departments`(`id`) ON UPDATE no action ON DELETE restrict
);
--> statement-breakpoint
CREATE TABLE `departments` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`cap_tokens` integer,
	`cap_micro_usd` integer,
	`stop_at_cap` integer DEFAULT true NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `departments_name_unique` ON `departments` (`name`);--> statement-breakpoint
CREATE TABLE `gateways` (
	`id` text PRIMARY KEY NOT NULL,
	`version` text NOT NULL,
	`started_at` integer NOT NULL,
	`heartbeat_at` integer NOT NULL,
	`stopped_at` integer
);
--> statement-breakpoint
CREATE TABLE `holds` (
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
);
--> statement-breakpoint
CREATE TABLE `idempotency_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`request_hash` text NOT NULL,
	`status_code` integer NOT NULL,
	`body` text NOT NULL,
	`created_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `identity_links` (
	`key_id` text NOT NULL,
	`external_id` text NOT NULL,
	`user_id` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`key_id`, `external_id`),
	FOREIGN KEY (`key_id`) REFERENCES `keys`(`id`) ON UPDATE no action ON DELETE restrict,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE restrict
);
--> statement-breakpoint
CREATE INDEX `identity_links_user` ON `identity_links` (`user_id`);--> statement-breakpoint
CREATE TABLE `installation` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `keys` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`user_id` text,
	`hash` text NOT NULL,
	`hint` text NOT NULL,
	`headers` text,
	`new_users_per_hour` integer,
	`source` text NOT NULL,
	`created_at` integer NOT NULL,
	`last_used_at` integer,
	`revoked_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE restrict
);
--> statement-breakpoint
CREATE UNIQUE INDEX `keys_hash_unique` ON `keys` (`hash`);--> statement-breakpoint
CREATE INDEX `keys_user` ON `keys` (`user_id`);--> statement-breakpoint
CREATE TABLE `ledger_entries` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`period` text NOT NULL,
	`kind` text NOT NULL,
	`monthly_delta` integer DEFAULT 0 NOT NULL,
	`credits_delta` integer DEFAULT 0 NOT NULL,
	`used_monthly_after` integer DEFAULT 0 NOT NULL,
	`credits_after` integer DEFAULT 0 NOT NULL,
	`usage_id` text,
	`operator_id` text,
	`reason` text,
	`details` text,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE restrict
);
--> statement-breakpoint
CREATE INDEX `ledger_entries_moves_at` ON `ledger_entries` (`created_at`,`id`) WHERE kind <> 'debit';--> statement-breakpoint
CREATE INDEX `ledger_entries_moves` ON `ledger_entries` (`kind`,`created_at`,`id`) WHERE kind <> 'debit';--> statement-breakpoint
CREATE INDEX `ledger_entries_user_moves` ON `ledger_entries` (`user_id`,`created_at`,`id`) WHERE kind <> 'debit';--> statement-breakpoint
CREATE UNIQUE INDEX `ledger_entries_usage` ON `ledger_entries` (`usage_id`,`kind`) WHERE kind <> 'debit';--> statement-breakpoint
CREATE TABLE `models` (
	`id` text PRIMARY KEY NOT NULL,
	`multiplier` integer DEFAULT 1000000 NOT NULL,
	`max_output_tokens` integer,
	`price` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `operator_sessions` (
	`id` text PRIMARY KEY NOT NULL,
	`operator_id` text NOT NULL,
	`token_hash` text NOT NULL,
	`refresh_hash` text NOT NULL,
	`expires_at` integer NOT NULL,
	`refresh_expires_at` integer NOT NULL,
	`ip_address` text,
	`user_agent` text,
	`created_at` integer NOT NULL,
	`revoked_at` integer,
	FOREIGN KEY (`operator_id`) REFERENCES `operators`(`id`) ON UPDATE no action ON DELETE restrict
);
--> statement-breakpoint
CREATE UNIQUE INDEX `operator_sessions_token_hash_unique` ON `operator_sessions` (`token_hash`);--> statement-breakpoint
CREATE UNIQUE INDEX `operator_sessions_refresh_hash_unique` ON `operator_sessions` (`refresh_hash`);--> statement-breakpoint
CREATE INDEX `operator_sessions_operator` ON `operator_sessions` (`operator_id`);--> statement-breakpoint
CREATE TABLE `operators` (
	`id` text PRIMARY KEY NOT NULL,
	`email` text NOT NULL,
	`name` text DEFAULT '' NOT NULL,
	`role` text NOT NULL,
	`password_hash` text,
	`totp_secret` text,
	`locale` text,
	`failed_logins` integer DEFAULT 0 NOT NULL,
	`locked_until` integer,
	`disabled_at` integer,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`last_login_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `operators_email_unique` ON `operators` (`email`);--> statement-breakpoint
CREATE TABLE `plans` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`limit_mode` text DEFAULT 'inherit' NOT NULL,
	`monthly_limit` integer,
	`thresholds` text NOT NULL,
	`allowed_models` text,
	`rate_per_minute` integer,
	`concurrent` integer,
	`auto_renew` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `refusals` (
	`id` text PRIMARY KEY NOT NULL,
	`minute` integer NOT NULL,
	`user_id` text,
	`key_id` text,
	`code` text NOT NULL,
	`status_code` integer NOT NULL,
	`model` text,
	`endpoint` text NOT NULL,
	`message` text NOT NULL,
	`ip_address` text,
	`requests` integer NOT NULL,
	`created_at` integer NOT NULL,
	`last_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `refusals_minute` ON `refusals` (`minute`);--> statement-breakpoint
CREATE INDEX `refusals_user` ON `refusals` (`user_id`,`minute`);--> statement-breakpoint
CREATE TABLE `settings` (
	`key` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL,
	`updated_at` integer NOT NULL,
	`updated_by` text
);
--> statement-breakpoint
CREATE TABLE `upstreams` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`base_url` text NOT NULL,
	`api_key` text,
	`models` text NOT NULL,
	`aliases` text NOT NULL,
	`position` integer NOT NULL,
	`weight` integer DEFAULT 1 NOT NULL,
	`enabled` integer DEFAULT true NOT NULL,
	`timeouts` text,
	`source` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `usage_records` (
	`id` text PRIMARY KEY NOT NULL,
	`user_id` text NOT NULL,
	`department_id` text,
	`key_id` text NOT NULL,
	`period` text NOT NULL,
	`model` text NOT NULL,
	`upstream_id` text NOT NULL,
	`endpoint` text NOT NULL,
	`method` text NOT NULL,
	`streamed` integer NOT NULL,
	`reserved_tokens` integer DEFAULT 0 NOT NULL,
	`prompt_tokens` integer DEFAULT 0 NOT NULL,
	`completion_tokens` integer DEFAULT 0 NOT NULL,
	`cached_tokens` integer DEFAULT 0 NOT NULL,
	`reasoning_tokens` integer DEFAULT 0 NOT NULL,
	`total_tokens` integer DEFAULT 0 NOT NULL,
	`charged_tokens` integer DEFAULT 0 NOT NULL,
	`absorbed_tokens` integer DEFAULT 0 NOT NULL,
	`cost_micro_usd` integer DEFAULT 0 NOT NULL,
	`usage_source` text,
	`outcome` text NOT NULL,
	`status_code` integer,
	`duration_ms` integer,
	`first_byte_ms` integer,
	`user_agent` text,
	`ip_address` text,
	`error_message` text,
	`created_at` integer NOT NULL,
	`settled_at` integer,
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE restrict
);
--> statement-breakpoint
CREATE INDEX `usage_records_user` ON `usage_records` (`user_id`,`id`);--> statement-breakpoint
CREATE INDEX `usage_records_model` ON `usage_records` (`model`,`id`);--> statement-breakpoint
CREATE INDEX `usage_records_trouble` ON `usage_records` (`outcome`,`id`) WHERE outcome not in ('ok', 'pending');--> statement-breakpoint
CREATE TABLE `user_periods` (
	`user_id` text NOT NULL,
	`period` text NOT NULL,
	`used_monthly` integer DEFAULT 0 NOT NULL,
	`used_credits` integer DEFAULT 0 NOT NULL,
	`held_monthly` integer DEFAULT 0 NOT NULL,
	`closed_at` integer,
	PRIMARY KEY(`user_id`, `period`),
	FOREIGN KEY (`user_id`) REFERENCES `users`(`id`) ON UPDATE no action ON DELETE restrict
);
--> statement-breakpoint
CREATE INDEX `user_periods_period` ON `user_periods` (`period`);--> statement-breakpoint
CREATE TABLE `users` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text DEFAULT 'person' NOT NULL,
	`email` text,
	`name` text DEFAULT '' NOT NULL,
	`status` text DEFAULT 'active' NOT NULL,
	`status_reason` text,
	`suspended_until` integer,
	`plan_id` text NOT NULL,
	`department_id` text,
	`limit_mode` text DEFAULT 'inherit' NOT NULL,
	`monthly_limit` integer,
	`credits` integer DEFAULT 0 NOT NULL,
	`held_credits` integer DEFAULT 0 NOT NULL,
	`open_holds` integer DEFAULT 0 NOT NULL,
	`locale` text,
	`provisioned_by` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`last_seen_at` integer,
	`deleted_at` integer,
	FOREIGN KEY (`plan_id`) REFERENCES `plans`(`id`) ON UPDATE no action ON DELETE restrict,
	FOREIGN KEY (`department_id`) REFERENCES `departments`(`id`) ON UPDATE no action ON DELETE restrict
);
--> statement-breakpoint
CREATE UNIQUE INDEX `users_email_unique` ON `users` (`email`);--> statement-breakpoint
CREATE INDEX `users_plan` ON `users` (`plan_id`);--> statement-breakpoint
CREATE INDEX `users_department` ON `users` (`department_id`);--> statement-breakpoint
CREATE INDEX `users_status` ON `users` (`status`);--> statement-breakpoint
CREATE INDEX `users_created` ON `users` (`created_at`);