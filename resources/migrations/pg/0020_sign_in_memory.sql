CREATE TABLE "unknown_sign_ins" (
	"email_hash" text PRIMARY KEY NOT NULL,
	"failed_logins" bigint NOT NULL,
	"locked_until" bigint,
	"attempted_at" bigint NOT NULL
);
--> statement-breakpoint
ALTER TABLE "operator_sessions" ADD COLUMN "previous_token_hash" text;--> statement-breakpoint
ALTER TABLE "operator_sessions" ADD COLUMN "previous_expires_at" bigint;--> statement-breakpoint
ALTER TABLE "operator_sessions" ADD COLUMN "previous_refresh_hash" text;--> statement-breakpoint
ALTER TABLE "operator_sessions" ADD COLUMN "replaced_at" bigint;--> statement-breakpoint
ALTER TABLE "operators" ADD COLUMN "last_totp_period" bigint;--> statement-breakpoint
ALTER TABLE "portal_sessions" ADD COLUMN "previous_token_hash" text;--> statement-breakpoint
ALTER TABLE "portal_sessions" ADD COLUMN "previous_expires_at" bigint;--> statement-breakpoint
ALTER TABLE "portal_sessions" ADD COLUMN "previous_refresh_hash" text;--> statement-breakpoint
ALTER TABLE "portal_sessions" ADD COLUMN "replaced_at" bigint;--> statement-breakpoint
CREATE INDEX "unknown_sign_ins_age" ON "unknown_sign_ins" USING btree ("attempted_at");--> statement-breakpoint
ALTER TABLE "operator_sessions" ADD CONSTRAINT "operator_sessions_previous_token_hash_unique" UNIQUE("previous_token_hash");--> statement-breakpoint
ALTER TABLE "portal_sessions" ADD CONSTRAINT "portal_sessions_previous_token_hash_unique" UNIQUE("previous_token_hash");