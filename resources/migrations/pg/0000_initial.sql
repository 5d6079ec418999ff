CREATE TABLE "alerts" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"user_id" text,
	"period" text,
	"dedupe_key" text NOT NULL,
	"details" jsonb NOT NULL,
	"created_at" bigint NOT NULL,
	"resolved_at" bigint,
	"resolved_by" text,
	CONSTRAINT "alerts_dedupe_key_unique" UNIQUE("dedupe_key")
);
--> statement-breakpoint
CREATE TABLE "api_tokens" (
	"id" text PRIMARY KEY NOT NULL,
	"operator_id" text NOT NULL,
	"name" text NOT NULL,
	"hash" text NOT NULL,
	"hint" text NOT NULL,
	"role" text NOT NULL,
	"expires_at" bigint,
	"created_at" bigint NOT NULL,
	"last_used_at" bigint,
	"revoked_at" bigint,
	CONSTRAINT "api_tokens_hash_unique" UNIQUE("hash")
);
--> statement-breakpoint
CREATE TABLE "audit_log" (
	"seq" bigint PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"at" bigint NOT NULL,
	"actor_kind" text NOT NULL,
	"actor_id" text,
	"action" text NOT NULL,
	"target_kind" text,
	"target_id" text,
	"details" jsonb NOT NULL,
	"prev_hash" text NOT NULL,
	"hash" text NOT NULL,
	CONSTRAINT "audit_log_id_unique" UNIQUE("id")
);
--> statement-breakpoint
CREATE TABLE "audit_personal" (
	"audit_id" text PRIMARY KEY NOT NULL,
	"subject_id" text,
	"data" jsonb NOT NULL
);
--> statement-breakpoint
CREATE TABLE "daily_rollups" (
	"day" text NOT NULL,
	"user_id" text NOT NULL,
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
	CONSTRAINT "daily_rollups_day_user_id_department_id_model_upstream_id_pk" PRIMARY KEY("day","user_id","department_id","model","upstream_id")
);
--> statement-breakpoint
CREATE TABLE "daily_totals" (
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
	CONSTRAINT "daily_totals_day_department_id_model_upstream_id_pk" PRIMARY KEY("day","department_id","model","upstream_id")
);
--> statement-breakpoint
CREATE TABLE "department_periods" (
	"department_id" text NOT NULL,
	"period" text NOT NULL,
	"used_tokens" bigint DEFAULT 0 NOT NULL,
	"used_micro_usd" bigint DEFAULT 0 NOT NULL,
	"held_tokens" bigint DEFAULT 0 NOT NULL,
	"held_micro_usd" bigint DEFAULT 0 NOT NULL,
	CONSTRAINT "department_periods_department_id_period_pk" PRIMARY KEY("department_id","period")
);
--> statement-breakpoint
CREATE TABLE "departments" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"cap_tokens" bigint,
	"cap_micro_usd" bigint,
	"stop_at_cap" boolean DEFAULT true NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL,
	CONSTRAINT "departments_name_unique" UNIQUE("name")
);
--> statement-breakpoint
CREATE TABLE "gateways" (
	"id" text PRIMARY KEY NOT NULL,
	"version" text NOT NULL,
	"started_at" bigint NOT NULL,
	"heartbeat_at" bigint NOT NULL,
	"stopped_at" bigint
);
--> statement-breakpoint
CREATE TABLE "holds" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"department_id" text,
	"period" text NOT NULL,
	"monthly_tokens" bigint DEFAULT 0 NOT NULL,
	"credit_tokens" bigint DEFAULT 0 NOT NULL,
	"cost_micro_usd" bigint DEFAULT 0 NOT NULL,
	"gateway_id" text NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "idempotency_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"request_hash" text NOT NULL,
	"status_code" bigint NOT NULL,
	"body" jsonb NOT NULL,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "identity_links" (
	"key_id" text NOT NULL,
	"external_id" text NOT NULL,
	"user_id" text NOT NULL,
	"created_at" bigint NOT NULL,
	CONSTRAINT "identity_links_key_id_external_id_pk" PRIMARY KEY("key_id","external_id")
);
--> statement-breakpoint
CREATE TABLE "installation" (
	"key" text PRIMARY KEY NOT NULL,
	"value" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "keys" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"user_id" text,
	"hash" text NOT NULL,
	"hint" text NOT NULL,
	"headers" jsonb,
	"new_users_per_hour" bigint,
	"source" text NOT NULL,
	"created_at" bigint NOT NULL,
	"last_used_at" bigint,
	"revoked_at" bigint,
	CONSTRAINT "keys_hash_unique" UNIQUE("hash")
);
--> statement-breakpoint
CREATE TABLE "ledger_entries" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"period" text NOT NULL,
	"kind" text NOT NULL,
	"monthly_delta" bigint DEFAULT 0 NOT NULL,
	"credits_delta" bigint DEFAULT 0 NOT NULL,
	"used_monthly_after" bigint DEFAULT 0 NOT NULL,
	"credits_after" bigint DEFAULT 0 NOT NULL,
	"usage_id" text,
	"operator_id" text,
	"reason" text,
	"details" jsonb,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "models" (
	"id" text PRIMARY KEY NOT NULL,
	"multiplier" bigint DEFAULT 1000000 NOT NULL,
	"max_output_tokens" bigint,
	"price" jsonb,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "operator_sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"operator_id" text NOT NULL,
	"token_hash" text NOT NULL,
	"refresh_hash" text NOT NULL,
	"expires_at" bigint NOT NULL,
	"refresh_expires_at" bigint NOT NULL,
	"ip_address" text,
	"user_agent" text,
	"created_at" bigint NOT NULL,
	"revoked_at" bigint,
	CONSTRAINT "operator_sessions_token_hash_unique" UNIQUE("token_hash"),
	CONSTRAINT "operator_sessions_refresh_hash_unique" UNIQUE("refresh_hash")
);
--> statement-breakpoint
CREATE TABLE "operators" (
	"id" text PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"name" text DEFAULT '' NOT NULL,
	"role" text NOT NULL,
	"password_hash" text,
	"totp_secret" jsonb,
	"locale" text,
	"failed_logins" bigint DEFAULT 0 NOT NULL,
	"locked_until" bigint,
	"disabled_at" bigint,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL,
	"last_login_at" bigint,
	CONSTRAINT "operators_email_unique" UNIQUE("email")
);
--> statement-breakpoint
CREATE TABLE "plans" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"limit_mode" text DEFAULT 'inherit' NOT NULL,
	"monthly_limit" bigint,
	"thresholds" jsonb NOT NULL,
	"allowed_models" jsonb,
	"rate_per_minute" bigint,
	"concurrent" bigint,
	"auto_renew" jsonb,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "refusals" (
	"id" text PRIMARY KEY NOT NULL,
	"minute" bigint NOT NULL,
	"user_id" text,
	"key_id" text,
	"code" text NOT NULL,
	"status_code" bigint NOT NULL,
	"model" text,
	"endpoint" text NOT NULL,
	"message" text NOT NULL,
	"ip_address" text,
	"requests" bigint NOT NULL,
	"created_at" bigint NOT NULL,
	"last_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "settings" (
	"key" text PRIMARY KEY NOT NULL,
	"value" jsonb NOT NULL,
	"updated_at" bigint NOT NULL,
	"updated_by" text
);
--> statement-breakpoint
CREATE TABLE "upstreams" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"base_url" text NOT NULL,
	"api_key" jsonb,
	"models" jsonb NOT NULL,
	"aliases" jsonb NOT NULL,
	"position" bigint NOT NULL,
	"weight" bigint DEFAULT 1 NOT NULL,
	"enabled" boolean DEFAULT true NOT NULL,
	"timeouts" jsonb,
	"source" text NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "usage_records" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"department_id" text,
	"key_id" text NOT NULL,
	"period" text NOT NULL,
	"model" text NOT NULL,
	"upstream_id" text NOT NULL,
	"endpoint" text NOT NULL,
	"method" text NOT NULL,
	"streamed" boolean NOT NULL,
	"reserved_tokens" bigint DEFAULT 0 NOT NULL,
	"prompt_tokens" bigint DEFAULT 0 NOT NULL,
	"completion_tokens" bigint DEFAULT 0 NOT NULL,
	"cached_tokens" bigint DEFAULT 0 NOT NULL,
	"reasoning_tokens" bigint DEFAULT 0 NOT NULL,
	"total_tokens" bigint DEFAULT 0 NOT NULL,
	"charged_tokens" bigint DEFAULT 0 NOT NULL,
	"absorbed_tokens" bigint DEFAULT 0 NOT NULL,
	"cost_micro_usd" bigint DEFAULT 0 NOT NULL,
	"usage_source" text,
	"outcome" text NOT NULL,
	"status_code" bigint,
	"duration_ms" bigint,
	"first_byte_ms" bigint,
	"user_agent" text,
	"ip_address" text,
	"error_message" text,
	"created_at" bigint NOT NULL,
	"settled_at" bigint
);
--> statement-breakpoint
CREATE TABLE "user_periods" (
	"user_id" text NOT NULL,
	"period" text NOT NULL,
	"used_monthly" bigint DEFAULT 0 NOT NULL,
	"used_credits" bigint DEFAULT 0 NOT NULL,
	"held_monthly" bigint DEFAULT 0 NOT NULL,
	"closed_at" bigint,
	CONSTRAINT "user_periods_user_id_period_pk" PRIMARY KEY("user_id","period")
);
--> statement-breakpoint
CREATE TABLE "users" (
	"id" text PRIMARY KEY NOT NULL,
	"kind" text DEFAULT 'person' NOT NULL,
	"email" text,
	"name" text DEFAULT '' NOT NULL,
	"status" text DEFAULT 'active' NOT NULL,
	"status_reason" text,
	"suspended_until" bigint,
	"plan_id" text NOT NULL,
	"department_id" text,
	"limit_mode" text DEFAULT 'inherit' NOT NULL,
	"monthly_limit" bigint,
	"credits" bigint DEFAULT 0 NOT NULL,
	"held_credits" bigint DEFAULT 0 NOT NULL,
	"open_holds" bigint DEFAULT 0 NOT NULL,
	"locale" text,
	"provisioned_by" text,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL,
	"last_seen_at" bigint,
	"deleted_at" bigint,
	CONSTRAINT "users_email_unique" UNIQUE("email")
);
--> statement-breakpoint
ALTER TABLE "api_tokens" ADD CONSTRAINT "api_tokens_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "department_periods" ADD CONSTRAINT "department_periods_department_id_departments_id_fk" FOREIGN KEY ("department_id") REFERENCES "public"."departments"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "holds" ADD CONSTRAINT "holds_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity_links" ADD CONSTRAINT "identity_links_key_id_keys_id_fk" FOREIGN KEY ("key_id") REFERENCES "public"."keys"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "identity_links" ADD CONSTRAINT "identity_links_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "keys" ADD CONSTRAINT "keys_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ledger_entries" ADD CONSTRAINT "ledger_entries_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "operator_sessions" ADD CONSTRAINT "operator_sessions_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "usage_records" ADD CONSTRAINT "usage_records_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "user_periods" ADD CONSTRAINT "user_periods_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_plan_id_plans_id_fk" FOREIGN KEY ("plan_id") REFERENCES "public"."plans"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "users" ADD CONSTRAINT "users_department_id_departments_id_fk" FOREIGN KEY ("department_id") REFERENCES "public"."departments"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "alerts_user" ON "alerts" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "audit_personal_subject" ON "audit_personal" USING btree ("subject_id");--> statement-breakpoint
CREATE INDEX "daily_rollups_user" ON "daily_rollups" USING btree ("user_id","day");--> statement-breakpoint
CREATE INDEX "identity_links_user" ON "identity_links" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "keys_user" ON "keys" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "ledger_entries_moves_at" ON "ledger_entries" USING btree ("created_at","id") WHERE kind <> 'debit';--> statement-breakpoint
CREATE INDEX "ledger_entries_moves" ON "ledger_entries" USING btree ("kind","created_at","id") WHERE kind <> 'debit';--> statement-breakpoint
CREATE INDEX "ledger_entries_user_moves" ON "ledger_entries" USING btree ("user_id","created_at","id") WHERE kind <> 'debit';--> statement-breakpoint
CREATE UNIQUE INDEX "ledger_entries_usage" ON "ledger_entries" USING btree ("usage_id","kind") WHERE kind <> 'debit';--> statement-breakpoint
CREATE INDEX "operator_sessions_operator" ON "operator_sessions" USING btree ("operator_id");--> statement-breakpoint
CREATE INDEX "refusals_minute" ON "refusals" USING btree ("minute");--> statement-breakpoint
CREATE INDEX "refusals_user" ON "refusals" USING btree ("user_id","minute");--> statement-breakpoint
CREATE INDEX "usage_records_user" ON "usage_records" USING btree ("user_id","id");--> statement-breakpoint
CREATE INDEX "usage_records_model" ON "usage_records" USING btree ("model","id");--> statement-breakpoint
CREATE INDEX "usage_records_trouble" ON "usage_records" USING btree ("outcome","id") WHERE outcome not in ('ok', 'pending');--> statement-breakpoint
CREATE INDEX "user_periods_period" ON "user_periods" USING btree ("period");--> statement-breakpoint
CREATE INDEX "users_plan" ON "users" USING btree ("plan_id");--> statement-breakpoint
CREATE INDEX "users_department" ON "users" USING btree ("department_id");--> statement-breakpoint
CREATE INDEX "users_status" ON "users" USING btree ("status");--> statement-breakpoint
CREATE INDEX "users_created" ON "users" USING btree ("created_at");