/** Starts a real gateway for a test: own data directory, real database, real sockets; all of it gone at the test's end. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { GatewayContext } from '../../gateway/context.ts';
import { newId } from '../../gateway/db/ids.ts';
import type { Role } from '../../gateway/db/json-columns.ts';
import { createGateway, type Gateway, type GatewayOptions } from '../../gateway/gateway.ts';
import { newOperatorToken, newServiceKey } from '../../gateway/keys/key-hash.ts';
import { dataDirAt } from '../../gateway/ops/data-dir.ts';
import { type VerifyReport, verifyDatabase, verifyPostgres } from '../../gateway/ops/verify.ts';
import { placeTemplate } from './sqlite-template.ts';

export interface Built {
  readonly gateway: Gateway;
  readonly context: GatewayContext;
  /** Base URL of the main listener, without a slash at the end. */
  readonly url: string;
  readonly dataDir: string;
  /** A service key, as LibreChat has it. */
  readonly serviceKey: string;
  /** An API token of the owner. */
  readonly ownerToken: string;
  /** Calls the gateway with the owner's token (or `init.headers.authorization`); a plain object as `body` is sent as JSON. */
  api(path: string, init?: ApiInit): Promise<ApiAnswer>;
  /** Makes an operator with the role. @returns their API token and id */
  operator(role: Role): Promise<{ id: string; token: string }>;
  /** Stops this gateway and starts another on the same data directory. */
  restart(options?: BuildOptions): Promise<Built>;
}

export interface ApiInit {
  method?: string;
  headers?: Record<string, string>;
  body?: unknown;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** The parsed JSON, or the text where it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape, and assert what they find there
  readonly body: any;
}

export interface BuildOptions extends GatewayOptions {
  /** Where the data lies; by default what `npm test` says, which runs the suites on both. */
  engine?: Engine;
}

export type Engine = 'sqlite' | 'postgres';

/** The engine that gateways of this run are built on. */
export function testEngine(): Engine {
  return process.env.TEST_ENGINE === 'postgres' ? 'postgres' : 'sqlite';
}

/**
 * Builds and starts. By default on a free port, silent, with an empty environment and a database of its own.
 */
export async function build(t: TestContext, options: BuildOptions = {}): Promise<Built> {
  const { engine = testEngine(), ...rest } = options;
  const dataDir = options.dataDir ?? temporaryDir(t);
  const databaseUrl = options.flags?.databaseUrl ?? (engine === 'postgres' ? await postgresOf(t, dataDir) : undefined);
  if (databaseUrl === undefined && !('databaseUrl' in Object(options.config)))
    await placeTemplate(dataDirAt(dataDir).database);
  const flags = { port: 0, ...options.flags, ...(databaseUrl === undefined ? {} : { databaseUrl }) };
  const gateway = await createGateway({ ...rest, dataDir, flags });
  databases.get(dataDir)?.gateways.push(gateway);
  t.after(() => gateway.stop());
  const { url } = await gateway.start();
  const { context } = gateway;
  const serviceKey = await insertServiceKey(context);
  const owner = await insertOperator(context, 'owner');
  return {
    gateway,
    context,
    url,
    dataDir,
    serviceKey,
    ownerToken: owner.token,
    api: (path, init = {}) => call(url + path, owner.token, init),
    operator: (role) => insertOperator(context, role),
    async restart(changed = {}) {
      await gateway.stop();
      return build(t, { ...options, engine, ...changed, dataDir });
    },
  };
}

const databases = new Map<string, { readonly url: Promise<string>; readonly gateways: Gateway[] }>();

/** The Postgres database that belongs to a data directory: the same one for a gateway that is started there again. */
function postgresOf(t: TestContext, dataDir: string): Promise<string> {
  const known = databases.get(dataDir);
  if (known) return known.url;
  const gateways: Gateway[] = [];
  const made = import('./postgres-database.ts').then(({ createTestDatabase }) => createTestDatabase());
  const url = made.then((database) => database.url);
  databases.set(dataDir, { url, gateways });
  t.after(async () => {
    await Promise.all(gateways.map((gateway) => gateway.stop()));
    await (await made).drop();
  });
  return url;
}

/** Proves the books of the gateway in `dataDir`, on whatever engine it keeps them. */
export async function verifyBooks(dataDir: string): Promise<VerifyReport> {
  const postgres = databases.get(dataDir);
  return postgres ? verifyPostgres(await postgres.url) : verifyDatabase(dataDirAt(dataDir).database);
}

/**
 * Removed together when the file's tests are over. Hooks of a test run in the order of their making, so one made here would
 * take the folder from under a gateway that is still to stop.
 */
const temporaryDirs: string[] = [];
process.once('exit', () => {
  for (const dir of temporaryDirs) rmSync(dir, { recursive: true, force: true });
});

/** A directory that is removed after the tests. */
export function temporaryDir(_t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'ia-solaris-test-'));
  temporaryDirs.push(dir);
  return dir;
}

async function call(url: string, token: string, { method, headers, body }: ApiInit): Promise<ApiAnswer> {
  const json: Record<string, string> =
    body === undefined || typeof body === 'string' ? {} : { 'content-type': 'application/json' };
  const response = await fetch(url, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { authorization: `Bearer ${token}`, ...json, ...headers },
    body: typeof body === 'string' ? body : body === undefined ? null : JSON.stringify(body),
    redirect: 'manual',
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return { status: response.status, headers: response.headers, body: isJson && text !== '' ? JSON.parse(text) : text };
}

async function insertServiceKey({ db, clock }: GatewayContext): Promise<string> {
  const { secret, hash, hint } = newServiceKey();
  const now = clock.now();
  await db
    .insert(db.tables.keys)
    .values({ id: newId('key', now), kind: 'service', name: 'test', hash, hint, source: 'console', createdAt: now });
  return secret;
}

async function insertOperator({ db, clock }: GatewayContext, role: Role): Promise<{ id: string; token: string }> {
  const { operators, apiTokens } = db.tables;
  const now = clock.now();
  const id = newId('opr', now);
  const { secret, hash, hint } = newOperatorToken();
  await db
    .insert(operators)
    .values({ id, email: `${id}@example.com`, name: role, role, createdAt: now, updatedAt: now });
  await db
    .insert(apiTokens)
    .values({ id: newId('tok', now), operatorId: id, name: 'test', hash, hint, role, createdAt: now });
  return { id, token: secret };
}
