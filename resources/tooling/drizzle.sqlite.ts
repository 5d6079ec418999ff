import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'sqlite',
  schema: 'gateway/db/schema.sqlite.ts',
  out: 'resources/migrations/sqlite',
});
