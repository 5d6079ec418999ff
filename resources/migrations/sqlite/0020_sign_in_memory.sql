CREATE TABLE `unknown_sign_ins` (
	`email_hash` text PRIMARY KEY NOT NULL,
	`failed_logins` integer NOT NULL,
	`locked_until` integer,
	`attempted_at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `unknown_sign_ins_age` ON `unknown_sign_ins` (`attempted_at`);--> statement-breakpoint
ALTER TABLE `operator_sessions` ADD `previous_token_hash` text;--> statement-breakpoint
ALTER TABLE `operator_sessions` ADD `previous_expires_at` integer;--> statement-breakpoint
ALTER TABLE `operator_sessions` ADD `previous_refresh_hash` text;--> statement-breakpoint
ALTER TABLE `operator_sessions` ADD `replaced_at` integer;--> statement-breakpoint
CREATE UNIQUE INDEX `operator_sessions_previous_token_hash_unique` ON `operator_sessions` (`previous_token_hash`);--> statement-breakpoint
ALTER TABLE `operators` ADD `last_totp_period` integer;--> statement-breakpoint
ALTER TABLE `portal_sessions` ADD `previous_token_hash` text;--> statement-breakpoint
ALTER TABLE `portal_sessions` ADD `previous_expires_at` integer;--> statement-breakpoint
ALTER TABLE `portal_sessions` ADD `previous_refresh_hash` text;--> statement-breakpoint
ALTER TABLE `portal_sessions` ADD `replaced_at` integer;--> statement-breakpoint
CREATE UNIQUE INDEX `portal_sessions_previous_token_hash_unique` ON `portal_sessions` (`previous_token_hash`);