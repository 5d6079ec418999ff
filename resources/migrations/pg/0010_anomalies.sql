ALTER TABLE "alerts" ADD COLUMN "false_alarm_at" bigint;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "status_alert_id" text;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "temporary_rate" bigint;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "temporary_rate_until" bigint;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "temporary_rate_alert_id" text;