import { defineConfig } from 'drizzle-kit';

export default defineConfig({
  dialect: 'postgresql',
  schema: 'gateway/db/schema.pg.ts',
  out: 'resources/migrations/pg',
});
