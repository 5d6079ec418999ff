ALTER TABLE "users" ADD COLUMN "search_text" text COLLATE "C" DEFAULT '' NOT NULL;--> statement-breakpoint
CREATE INDEX "users_search_text" ON "users" USING btree ("search_text","id");--> statement-breakpoint
UPDATE "users" SET "suspended_until" = 253402300799999 WHERE "suspended_until" > 253402300799999;--> statement-breakpoint
UPDATE "api_tokens" SET "expires_at" = 253402300799999 WHERE "expires_at" > 253402300799999;--> statement-breakpoint
UPDATE "users" SET "locale" = CASE WHEN lower("locale") LIKE 'pt%' THEN 'pt-BR' WHEN lower("locale") LIKE 'en%' THEN 'en' END WHERE "locale" NOT IN ('en', 'pt-BR');