CREATE TABLE "total_marks" (
	"day" text NOT NULL,
	"department_id" text NOT NULL,
	"model" text NOT NULL,
	"upstream_id" text NOT NULL,
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
	CONSTRAINT "total_marks_day_department_id_model_upstream_id_pk" PRIMARY KEY("day","department_id","model","upstream_id")
);
--> statement-breakpoint
TRUNCATE "usage_mark_days";
--> statement-breakpoint
TRUNCATE "usage_marks";
