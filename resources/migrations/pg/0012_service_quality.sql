CREATE TABLE "gateway_gaps" (
	"gateway_id" text NOT NULL,
	"starts_at" bigint NOT NULL,
	"ends_at" bigint NOT NULL,
	CONSTRAINT "gateway_gaps_gateway_id_starts_at_pk" PRIMARY KEY("gateway_id","starts_at")
);
--> statement-breakpoint
CREATE TABLE "user_paces" (
	"user_id" text PRIMARY KEY NOT NULL,
	"day" text NOT NULL,
	"sunday" bigint DEFAULT 0 NOT NULL,
	"monday" bigint DEFAULT 0 NOT NULL,
	"tuesday" bigint DEFAULT 0 NOT NULL,
	"wednesday" bigint DEFAULT 0 NOT NULL,
	"thursday" bigint DEFAULT 0 NOT NULL,
	"friday" bigint DEFAULT 0 NOT NULL,
	"saturday" bigint DEFAULT 0 NOT NULL
);
--> statement-breakpoint
ALTER TABLE "hourly_totals" ADD COLUMN "first_byte_times" jsonb;--> statement-breakpoint
ALTER TABLE "hourly_totals" ADD COLUMN "durations" jsonb;--> statement-breakpoint
CREATE INDEX "alerts_warned" ON "alerts" USING btree ("created_at","user_id","period") WHERE kind in ('warning', 'critical', 'blocked', 'early_warning');--> statement-breakpoint
CREATE INDEX "alerts_anomalies" ON "alerts" USING btree ("created_at") WHERE kind = 'anomaly';--> statement-breakpoint
CREATE INDEX "tickets_decided" ON "tickets" USING btree ("decided_at","created_at","due_at") WHERE decided_at is not null;