CREATE TABLE "outbox" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"status" text DEFAULT 'waiting' NOT NULL,
	"position" bigint NOT NULL,
	"recipient" text NOT NULL,
	"user_id" text,
	"operator_id" text,
	"address" text,
	"subject_id" text,
	"locale" text,
	"data" jsonb NOT NULL,
	"secret" jsonb,
	"dedupe_key" text,
	"message_id" text,
	"attempts" bigint DEFAULT 0 NOT NULL,
	"resends" bigint DEFAULT 0 NOT NULL,
	"first_failed_at" bigint,
	"next_attempt_at" bigint NOT NULL,
	"expires_at" bigint,
	"lease_owner" text,
	"lease_until" bigint,
	"last_error" text,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL,
	"sent_at" bigint,
	CONSTRAINT "outbox_dedupe_key_unique" UNIQUE("dedupe_key")
);
--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "alert_mails" boolean DEFAULT true NOT NULL;--> statement-breakpoint
ALTER TABLE "users" ADD COLUMN "alert_thresholds" jsonb;--> statement-breakpoint
CREATE INDEX "outbox_waiting" ON "outbox" USING btree ("recipient","position") WHERE status = 'waiting';--> statement-breakpoint
CREATE INDEX "outbox_due" ON "outbox" USING btree ("next_attempt_at","position") WHERE status = 'waiting';--> statement-breakpoint
CREATE INDEX "outbox_position" ON "outbox" USING btree ("position");--> statement-breakpoint
CREATE INDEX "outbox_created" ON "outbox" USING btree ("created_at");--> statement-breakpoint
CREATE INDEX "outbox_user" ON "outbox" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "outbox_subject" ON "outbox" USING btree ("subject_id");