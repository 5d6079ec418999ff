CREATE TABLE "hourly_totals" (
	"starts_at" bigint NOT NULL,
	"ends_at" bigint NOT NULL,
	"requests" bigint DEFAULT 0 NOT NULL,
	"errors" bigint DEFAULT 0 NOT NULL,
	"total_tokens" bigint DEFAULT 0 NOT NULL,
	"charged_tokens" bigint DEFAULT 0 NOT NULL,
	"cost_micro_usd" bigint DEFAULT 0 NOT NULL,
	"pending" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "hourly_totals_starts_at_pk" PRIMARY KEY("starts_at")
);
--> statement-breakpoint
CREATE TABLE "usage_mark_days" (
	"day" text PRIMARY KEY NOT NULL,
	"by_model" boolean NOT NULL
);
--> statement-breakpoint
CREATE TABLE "usage_marks" (
	"day" text NOT NULL,
	"model" text NOT NULL,
	"user_id" text NOT NULL,
	"department_id" text NOT NULL,
	"requests" bigint DEFAULT 0 NOT NULL,
	"errors" bigint DEFAULT 0 NOT NULL,
	"prompt_tokens" bigint DEFAULT 0 NOT NULL,
	"completion_tokens" bigint DEFAULT 0 NOT NULL,
	"cached_tokens" bigint DEFAULT 0 NOT NULL,
	"reasoning_tokens" bigint DEFAULT 0 NOT NULL,
	"total_tokens" bigint DEFAULT 0 NOT NULL,
	"charged_tokens" bigint DEFAULT 0 NOT NULL,
	"absorbed_tokens" bigint DEFAULT 0 NOT NULL,
	"cost_micro_usd" bigint DEFAULT 0 NOT NULL,
	"duration_ms" bigint DEFAULT 0 NOT NULL,
	"first_byte_ms" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "usage_marks_day_model_user_id_department_id_pk" PRIMARY KEY("day","model","user_id","department_id")
);
--> statement-breakpoint
DROP INDEX "users_created";--> statement-breakpoint
CREATE INDEX "users_created" ON "users" USING btree ("created_at","id");