DROP INDEX `usage_records_trouble`;--> statement-breakpoint
CREATE INDEX `usage_records_trouble` ON `usage_records` (`outcome`,`id`,`model`) WHERE outcome not in ('ok', 'pending');--> statement-breakpoint
CREATE INDEX `alerts_open` ON `alerts` (`created_at`,`id`,`kind`) WHERE resolved_at is null;--> statement-breakpoint
CREATE INDEX `alerts_shown` ON `alerts` (`created_at`,`id`,`kind`,`resolved_at`,`user_id`) WHERE coalesce(resolved_by, '') <> 'superseded' or resolved_at > created_at;--> statement-breakpoint
CREATE INDEX `audit_log_target` ON `audit_log` (`target_id`,`at`,`seq`);--> statement-breakpoint
CREATE INDEX `audit_log_at` ON `audit_log` (`at`,`seq`,`action`,`actor_kind`,`actor_id`,`target_kind`,`target_id`);--> statement-breakpoint
CREATE INDEX `refusals_code` ON `refusals` (`code`,`minute`,`id`);--> statement-breakpoint
CREATE INDEX `tickets_created` ON `tickets` (`created_at`,`id`);--> statement-breakpoint
CREATE INDEX `tickets_updated` ON `tickets` (`updated_at`,`id`,`status`);