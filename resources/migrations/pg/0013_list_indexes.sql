DROP INDEX "usage_records_trouble";--> statement-breakpoint
CREATE INDEX "alerts_open" ON "alerts" USING btree ("created_at","id","kind") WHERE resolved_at is null;--> statement-breakpoint
CREATE INDEX "alerts_shown" ON "alerts" USING btree ("created_at","id","kind","resolved_at","user_id") WHERE coalesce(resolved_by, '') <> 'superseded' or resolved_at > created_at;--> statement-breakpoint
CREATE INDEX "audit_log_target" ON "audit_log" USING btree ("target_id","at","seq");--> statement-breakpoint
CREATE INDEX "audit_log_at" ON "audit_log" USING btree ("at","seq","action","actor_kind","actor_id","target_kind","target_id");--> statement-breakpoint
CREATE INDEX "refusals_code" ON "refusals" USING btree ("code","minute","id");--> statement-breakpoint
CREATE INDEX "tickets_created" ON "tickets" USING btree ("created_at","id");--> statement-breakpoint
CREATE INDEX "tickets_updated" ON "tickets" USING btree ("updated_at","id","status");--> statement-breakpoint
CREATE INDEX "usage_records_trouble" ON "usage_records" USING btree ("outcome","id","model") WHERE outcome not in ('ok', 'pending');