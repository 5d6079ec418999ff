ALTER TABLE `alerts` ADD `false_alarm_at` integer;--> statement-breakpoint
ALTER TABLE `users` ADD `status_alert_id` text;--> statement-breakpoint
ALTER TABLE `users` ADD `temporary_rate` integer;--> statement-breakpoint
ALTER TABLE `users` ADD `temporary_rate_until` integer;--> statement-breakpoint
ALTER TABLE `users` ADD `temporary_rate_alert_id` text;