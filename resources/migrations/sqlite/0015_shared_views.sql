CREATE TABLE `__new_saved_views` (
	`id` text PRIMARY KEY NOT NULL,
	`operator_id` text,
	`list` text NOT NULL,
	`name` text NOT NULL,
	`search` text NOT NULL,
	`shared` integer DEFAULT false NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`operator_id`) REFERENCES `operators`(`id`) ON UPDATE no action ON DELETE restrict
);
--> statement-breakpoint
INSERT INTO `__new_saved_views` (`id`, `operator_id`, `list`, `name`, `search`, `created_at`) SELECT `id`, `operator_id`, `list`, `name`, `search`, `created_at` FROM `saved_views`;--> statement-breakpoint
DROP TABLE `saved_views`;--> statement-breakpoint
ALTER TABLE `__new_saved_views` RENAME TO `saved_views`;--> statement-breakpoint
CREATE UNIQUE INDEX `saved_views_own` ON `saved_views` (`operator_id`,`list`,`name`) WHERE not shared;--> statement-breakpoint
CREATE UNIQUE INDEX `saved_views_shared` ON `saved_views` (`list`,`name`) WHERE shared;