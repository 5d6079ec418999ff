/** Databases that a gateway cannot work with: a sentence that says what to do, the right exit code, and nothing changed. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import pg from 'pg';
import { doctor } from '../../gateway/cli/doctor.ts';
import { verify } from '../../gateway/cli/verify.ts';
import { createGateway } from '../../gateway/gateway.ts';
import { EXIT, StartError } from '../../gateway/ops/start-error.ts';
import { verifyPostgres } from '../../gateway/ops/verify.ts';
import { temporaryDir } from '../support/build.ts';
import { freePort } from '../support/ports.ts';
import { createTestDatabase } from '../support/postgres-database.ts';

const SECRET_KEY = Buffer.alloc(32, 7).toString('base64');

/** The error of a start on `databaseUrl`. */
async function refusal(t: TestContext, databaseUrl: string): Promise<StartError> {
  const start = createGateway({ dataDir: temporaryDir(t), flags: { port: 0, databaseUrl } });
  const error = await start.then(
    async (gateway) => {
      await gateway.stop();
      return null;
    },
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof StartError, String(error));
  return error;
}

async function database(t: TestContext, template = true) {
  const made = await createTestDatabase(template);
  t.after(() => made.drop());
  return made;
}

async function query(url: string, ...statements: string[]): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    let rows: unknown[] = [];
    for (const statement of statements) ({ rows } = await client.query(statement));
    return rows;
  } finally {
    await client.end();
  }
}

function changed(url: string, parts: Partial<Pick<URL, 'port' | 'username' | 'password' | 'pathname' | 'hostname'>>) {
  return Object.assign(new URL(url), parts).href;
}

const tablesOf = (url: string) =>
  query(url, `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY 1`);

test('a server that is not there is unavailable, and the address is named without the password', async (t) => {
  const { url } = await database(t);
  const port = String(await freePort());
  const error = await refusal(t, changed(url, { port }));
  assert.equal(error.exitCode, EXIT.unavailable);
  assert.match(
    error.message,
    new RegExp(`127\\.0\\.0\\.1:${port} cannot be used now.*Start it, or check host and port`),
  );
  assert.doesNotMatch(error.message, /for-tests-only/);
});

test('a host that nobody knows is a mistake in the configuration', async (t) => {
  const { url } = await database(t);
  const error = await refusal(t, changed(url, { hostname: 'no-such-host.invalid' }));
  assert.equal(error.exitCode, EXIT.configuration);
  assert.match(error.message, /no-such-host\.invalid.*is not known.*DB_HOST/);
});

test('a wrong password and a wrong database name what to check', async (t) => {
  const { url } = await database(t);
  const password = await refusal(t, changed(url, { password: 'wrong-secret' }));
  assert.equal(password.exitCode, EXIT.configuration);
  assert.match(password.message, /refuses the user "postgres".*DB_PASSWORD/);
  assert.doesNotMatch(password.message, /wrong-secret/);
  const missing = await refusal(t, changed(url, { pathname: '/not_there' }));
  assert.equal(missing.exitCode, EXIT.configuration);
  assert.match(missing.message, /no database "not_there".*createdb/);
});

test('what is no URL of Postgres is refused before anything is opened', async (t) => {
  for (const databaseUrl of ['mysql://127.0.0.1/x', 'localhost:5432', 'postgres://']) {
    const error = await refusal(t, databaseUrl);
    assert.notEqual(error.exitCode, EXIT.ok);
    assert.match(error.message, /postgres|database/i);
  }
});

test('a user without rights hears which, and gets nothing made', async (t) => {
  const { url } = await database(t, false);
  const name = `u_${Date.now().toString(36)}`;
  await query(url, `CREATE ROLE ${name} LOGIN PASSWORD 'weak'`, 'REVOKE CREATE ON SCHEMA public FROM PUBLIC');
  t.after(() => query(url.replace(/\/[^/]*$/, '/postgres'), `DROP ROLE ${name}`));
  const error = await refusal(t, changed(url, { username: name, password: 'weak' }));
  assert.equal(error.exitCode, EXIT.configuration);
  assert.match(error.message, new RegExp(`user "${name}" lacks rights.*GRANT ALL ON SCHEMA public TO ${name}`));
  assert.deepEqual(await tablesOf(url), []);
});

test("another program's database is left as it is", async (t) => {
  const { url } = await database(t, false);
  await query(url, 'CREATE TABLE users (id int)', 'INSERT INTO users VALUES (1)');
  const error = await refusal(t, url);
  assert.equal(error.exitCode, EXIT.configuration);
  assert.match(error.message, /belongs to another program.*Name an empty one/);
  assert.deepEqual(await tablesOf(url), [{ relname: 'users' }]);
  assert.deepEqual(await query(url, 'SELECT id FROM users'), [{ id: 1 }]);
  await assert.rejects(verifyPostgres(url), /holds nothing of IA Solaris/);
});

test('a server that is too old is refused with its version', async (t) => {
  const { url } = await database(t, false);
  const { pathname } = new URL(url);
  await query(
    url,
    'CREATE SCHEMA old',
    `CREATE FUNCTION old.current_setting(name text) RETURNS text LANGUAGE sql AS $$
       SELECT CASE name WHEN 'server_version_num' THEN '130022' ELSE '13.22' END $$`,
    `ALTER DATABASE ${pathname.slice(1)} SET search_path = old, pg_catalog, public`,
  );
  const error = await refusal(t, url);
  assert.equal(error.exitCode, EXIT.configuration);
  assert.match(error.message, /PostgreSQL 13\.22\. IA Solaris needs PostgreSQL 14 or newer/);
  assert.deepEqual(await tablesOf(url), []);
});

test('a server that lets nobody write is unavailable, and the primary is asked for', async (t) => {
  for (const template of [true, false]) {
    const { url } = await database(t, template);
    const { pathname } = new URL(url);
    await query(url, `ALTER DATABASE ${pathname.slice(1)} SET default_transaction_read_only = on`);
    const error = await refusal(t, url);
    assert.equal(error.exitCode, EXIT.unavailable);
    assert.match(error.message, /lets nobody write: it is a standby.*Name the primary instead/);
  }
});

test('a gateway with another secret key than those that run is refused, and alone it is let in', async (t) => {
  const { url } = await database(t);
  const start = (SECRET_KEY: string) =>
    createGateway({ dataDir: temporaryDir(t), flags: { port: 0, databaseUrl: url }, env: { SECRET_KEY } });
  const [ours, other] = ['a'.repeat(40), 'b'.repeat(40)];
  const first = await start(ours);
  await assert.rejects(start(other), /Give all of them the same SECRET_KEY/);
  const second = await start(ours);
  await Promise.all([first.stop(), second.stop()]);
  await (await start(other)).stop();
  assert.deepEqual(
    await query(url, 'SELECT count(*)::int AS running FROM gateways WHERE stopped_at IS NULL'),
    [{ running: 0 }],
    'who was refused left nothing behind',
  );
});

test('a database of a newer version is left as it is', async (t) => {
  const { url } = await database(t);
  await query(url, `INSERT INTO ia_solaris_migrations VALUES ('of the future', 9999999999999)`);
  const error = await refusal(t, url);
  assert.equal(error.exitCode, EXIT.configuration);
  assert.match(error.message, /newer version of IA Solaris\. Install that version, or restore a backup/);
  assert.deepEqual(await query(url, 'SELECT count(*)::int AS rows FROM gateways'), [{ rows: 0 }]);
});

test('a start whose migration fails leaves nothing behind, and the next one finishes it', async (t) => {
  const { url } = await database(t, false);
  await query(
    url,
    `CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
       IF EXISTS (SELECT 1 FROM pg_event_trigger_ddl_commands() WHERE object_identity = 'public.users') THEN RAISE 'no'; END IF;
     END $$`,
    'CREATE EVENT TRIGGER refuse ON ddl_command_end EXECUTE FUNCTION refuse()',
  );
  const error = await refusal(t, url);
  assert.match(error.message, /cannot be opened: no/);
  assert.deepEqual(await tablesOf(url), []);
  await query(url, 'DROP EVENT TRIGGER refuse');
  const starts = await Promise.all(
    [1, 2, 3].map(() =>
      createGateway({ dataDir: temporaryDir(t), flags: { port: 0, databaseUrl: url }, env: { SECRET_KEY } }),
    ),
  );
  await Promise.all(starts.map((gateway) => gateway.stop()));
  assert.ok((await tablesOf(url)).length > 20, 'three at once made the tables, each only once');
});

test('doctor and verify look at the database that DATABASE_URL names', async (t) => {
  const { url } = await database(t);
  const env = { SOLARIS_DATA_DIR: temporaryDir(t), DATABASE_URL: url, PORT: '0' };
  const printed: string[] = [];
  const host = {
    env,
    print: (text: string) => void printed.push(text),
    printError: (text: string) => void printed.push(text),
  };
  const gateway = await createGateway({ dataDir: env.SOLARIS_DATA_DIR, env });
  await gateway.stop();
  await doctor({}, host);
  assert.match(printed.join('\n'), /ok {3} The database t_\S+ at 127\.0\.0\.1:\d+ answers/);
  assert.equal(await verify({}, host), EXIT.ok);
  assert.match(printed.join('\n'), /ok {3}The audit log is whole/);
  await query(
    url,
    `INSERT INTO users (id, plan_id, credits, created_at, updated_at) VALUES ('usr_x', 'basic', 5, 0, 0)`,
  );
  assert.equal(await verify({}, host), EXIT.failed, 'credits that no entry gave');
  assert.match(printed.join('\n'), /usr_x: 5 is kept, 0 adds up/);
  printed.length = 0;
  assert.equal(
    await doctor({}, { ...host, env: { ...env, DATABASE_URL: changed(url, { password: 'wrong' }) } }),
    EXIT.failed,
  );
  assert.match(printed.join('\n'), /FAIL {2}PostgreSQL at .* refuses the user "postgres"/);
  assert.doesNotMatch(printed.join('\n'), /for-tests-only/);
});
