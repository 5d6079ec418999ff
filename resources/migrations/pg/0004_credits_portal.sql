CREATE TABLE "approver_keys" (
	"fingerprint" text PRIMARY KEY NOT NULL,
	"operator_id" text NOT NULL,
	"public_key" text NOT NULL,
	"name" text NOT NULL,
	"created_at" bigint NOT NULL,
	"revoked_at" bigint
);
--> statement-breakpoint
CREATE TABLE "packet_imports" (
	"digest" text PRIMARY KEY NOT NULL,
	"packet_id" text NOT NULL,
	"fingerprint" text NOT NULL,
	"applied" bigint NOT NULL,
	"refused" bigint NOT NULL,
	"imported_by" text,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "packets" (
	"id" text PRIMARY KEY NOT NULL,
	"digest" text NOT NULL,
	"requests" bigint NOT NULL,
	"exported_by" text,
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "portal_links" (
	"hash" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"target" text NOT NULL,
	"created_at" bigint NOT NULL,
	"expires_at" bigint NOT NULL,
	"used_at" bigint
);
--> statement-breakpoint
CREATE TABLE "portal_sessions" (
	"id" text PRIMARY KEY NOT NULL,
	"user_id" text NOT NULL,
	"key_id" text,
	"token_hash" text NOT NULL,
	"refresh_hash" text NOT NULL,
	"expires_at" bigint NOT NULL,
	"refresh_expires_at" bigint NOT NULL,
	"created_at" bigint NOT NULL,
	"revoked_at" bigint,
	CONSTRAINT "portal_sessions_token_hash_unique" UNIQUE("token_hash"),
	CONSTRAINT "portal_sessions_refresh_hash_unique" UNIQUE("refresh_hash")
);
--> statement-breakpoint
CREATE TABLE "ticket_steps" (
	"id" text PRIMARY KEY NOT NULL,
	"ticket_id" text NOT NULL,
	"step" text NOT NULL,
	"actor_kind" text NOT NULL,
	"actor_id" text,
	"text" text,
	"tokens" bigint,
	"created_at" bigint NOT NULL
);
--> statement-breakpoint
CREATE TABLE "tickets" (
	"id" text PRIMARY KEY NOT NULL,
	"number" bigint NOT NULL,
	"kind" text NOT NULL,
	"status" text NOT NULL,
	"user_id" text NOT NULL,
	"urgency" text NOT NULL,
	"amount" bigint,
	"message" text NOT NULL,
	"request_id" text,
	"price" bigint,
	"price_currency" text,
	"due_at" bigint NOT NULL,
	"created_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL,
	"decided_at" bigint,
	"decided_by" text,
	"decision_text" text,
	"granted" bigint,
	"limit_before" jsonb,
	"entry_id" text,
	"payment_method" text,
	"paid" bigint,
	"paid_currency" text,
	CONSTRAINT "tickets_number_unique" UNIQUE("number")
);
--> statement-breakpoint
ALTER TABLE "plans" ADD COLUMN "answer_hours" bigint DEFAULT 24 NOT NULL;--> statement-breakpoint
ALTER TABLE "approver_keys" ADD CONSTRAINT "approver_keys_operator_id_operators_id_fk" FOREIGN KEY ("operator_id") REFERENCES "public"."operators"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "packet_imports" ADD CONSTRAINT "packet_imports_packet_id_packets_id_fk" FOREIGN KEY ("packet_id") REFERENCES "public"."packets"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "portal_links" ADD CONSTRAINT "portal_links_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "portal_sessions" ADD CONSTRAINT "portal_sessions_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "ticket_steps" ADD CONSTRAINT "ticket_steps_ticket_id_tickets_id_fk" FOREIGN KEY ("ticket_id") REFERENCES "public"."tickets"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "tickets" ADD CONSTRAINT "tickets_user_id_users_id_fk" FOREIGN KEY ("user_id") REFERENCES "public"."users"("id") ON DELETE restrict ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "portal_links_user" ON "portal_links" USING btree ("user_id","created_at");--> statement-breakpoint
CREATE INDEX "portal_sessions_user" ON "portal_sessions" USING btree ("user_id");--> statement-breakpoint
CREATE INDEX "ticket_steps_ticket" ON "ticket_steps" USING btree ("ticket_id","id");--> statement-breakpoint
CREATE INDEX "tickets_user" ON "tickets" USING btree ("user_id","created_at");--> statement-breakpoint
CREATE INDEX "tickets_status" ON "tickets" USING btree ("status","due_at");