ALTER TABLE "keys" ADD COLUMN "unnamed_user_id" text;--> statement-breakpoint
ALTER TABLE "models" ADD COLUMN "units" jsonb;--> statement-breakpoint
ALTER TABLE "upstreams" ADD COLUMN "options" jsonb;--> statement-breakpoint
ALTER TABLE "keys" ADD CONSTRAINT "keys_unnamed_user_id_users_id_fk" FOREIGN KEY ("unnamed_user_id") REFERENCES "public"."users"("id") ON DELETE restrict ON UPDATE no action;