CREATE TABLE `outbox` (
	`id` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`status` text DEFAULT 'waiting' NOT NULL,
	`position` integer NOT NULL,
	`recipient` text NOT NULL,
	`user_id` text,
	`operator_id` text,
	`address` text,
	`subject_id` text,
	`locale` text,
	`data` text NOT NULL,
	`secret` text,
	`dedupe_key` text,
	`message_id` text,
	`attempts` integer DEFAULT 0 NOT NULL,
	`resends` integer DEFAULT 0 NOT NULL,
	`first_failed_at` integer,
	`next_attempt_at` integer NOT NULL,
	`expires_at` integer,
	`lease_owner` text,
	`lease_until` integer,
	`last_error` text,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`sent_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `outbox_dedupe_key_unique` ON `outbox` (`dedupe_key`);--> statement-breakpoint
CREATE INDEX `outbox_waiting` ON `outbox` (`recipient`,`position`) WHERE status = 'waiting';--> statement-breakpoint
CREATE INDEX `outbox_due` ON `outbox` (`next_attempt_at`,`position`) WHERE status = 'waiting';--> statement-breakpoint
CREATE INDEX `outbox_position` ON `outbox` (`position`);--> statement-breakpoint
CREATE INDEX `outbox_created` ON `outbox` (`created_at`);--> statement-breakpoint
CREATE INDEX `outbox_user` ON `outbox` (`user_id`);--> statement-breakpoint
CREATE INDEX `outbox_subject` ON `outbox` (`subject_id`);--> statement-breakpoint
ALTER TABLE `users` ADD `alert_mails` integer DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE `users` ADD `alert_thresholds` text;