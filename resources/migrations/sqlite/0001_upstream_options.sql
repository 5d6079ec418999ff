ALTER TABLE `keys` ADD `unnamed_user_id` text REFERENCES users(id);--> statement-breakpoint
ALTER TABLE `models` ADD `units` text;--> statement-breakpoint
ALTER TABLE `upstreams` ADD `options` text;