/** What `doctor` looks at elsewhere: upstreams, the mail server and Redis. */
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { asc, eq } from 'drizzle-orm';
import { reason } from '../config/environment.ts';
import type { SecretBox } from '../config/secret-box.ts';
import type { Settings } from '../config/settings.ts';
import type { StartSources } from '../config/start-sources.ts';
import type { Sealed, UpstreamKind } from '../db/json-columns.ts';
import { createAgents } from '../upstreams/agents.ts';
import { askForModels } from '../upstreams/model-list.ts';
import type { ReadableDatabase } from './doctor-database.ts';
import { type Finding, fail, ok, warn } from './findings.ts';

const TIMEOUT_MS = 8_000;

interface Target {
  readonly id: string;
  readonly kind: UpstreamKind;
  readonly baseUrl: string;
  /** Null = none; undefined = it cannot be opened. */
  readonly key: string | null | undefined;
  /** PEM of an authority that is trusted beside the usual ones. */
  readonly caCertificate: string | null;
}

/** Asks every enabled upstream for its models, with its key: those of the database, and those that the next start would add. */
export async function checkUpstreams(
  db: ReadableDatabase | null,
  box: SecretBox | null,
  sources: StartSources,
): Promise<Finding[]> {
  const targets = new Map<string, Target>();
  for (const target of await storedTargets(db, box)) targets.set(target.id, target);
  const declared = sources.declared.flatMap(({ declarations }) => declarations.upstreams);
  for (const { id, kind, baseUrl, apiKey, enabled, caCertificate } of declared) {
    if (enabled === false) targets.delete(id);
    else {
      const before = targets.get(id);
      const ca = caCertificate === undefined ? (before?.caCertificate ?? null) : caCertificate;
      targets.set(id, { id, kind, baseUrl, key: apiKey ?? before?.key ?? null, caCertificate: ca });
    }
  }
  if (targets.size === 0) {
    return [
      warn(
        'upstreams',
        'No upstream is configured: the demo model solaris-echo answers.',
        'Add one in the console, or set OPENAI_API_KEY.',
      ),
    ];
  }
  return Promise.all([...targets.values()].map(checkUpstream));
}

async function storedTargets(db: ReadableDatabase | null, box: SecretBox | null): Promise<Target[]> {
  if (db === null) return [];
  const { upstreams } = db.tables;
  const rows = await db.select().from(upstreams).where(eq(upstreams.enabled, true)).orderBy(asc(upstreams.position));
  return Promise.all(
    rows.map(async ({ id, kind, baseUrl, apiKey, options }) => ({
      id,
      kind,
      baseUrl,
      key: apiKey ? await openKey(box, apiKey) : null,
      caCertificate: options?.caCertificate ?? null,
    })),
  );
}

const openKey = async (box: SecretBox | null, sealed: Sealed) => box?.open(sealed).catch(() => undefined);

async function checkUpstream({ id, kind, baseUrl, key, caCertificate }: Target): Promise<Finding> {
  if (kind === 'demo') return ok('upstreams', `Upstream ${id} is the built-in demo.`);
  if (key === undefined)
    return fail(
      'upstreams',
      `The key of upstream ${id} cannot be opened.`,
      'Enter it again in the console, or give the SECRET_KEY that sealed it.',
    );
  const agents = createAgents();
  try {
    const agent = agents.of({ connectMs: TIMEOUT_MS, caCertificate });
    const response = await askForModels({ kind, baseUrl, apiKey: key }, TIMEOUT_MS, agent);
    const { status } = response;
    await response.body?.cancel();
    if (status === 401 || status === 403)
      return fail('upstreams', `Upstream ${id} refuses its key (HTTP ${status}).`, 'Enter a valid key.');
    if (status >= 500)
      return fail(
        'upstreams',
        `Upstream ${id} answers HTTP ${status}.`,
        'It is in trouble: look at its own status page or log.',
      );
    if (status === 404)
      return warn(
        'upstreams',
        `Upstream ${id} is reached, but has no list of models at ${baseUrl}/models.`,
        'Check that the base URL ends with the version, such as /v1.',
      );
    return ok('upstreams', `Upstream ${id} answers (HTTP ${status}).`);
  } catch (error) {
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    return fail(
      'upstreams',
      `Upstream ${id} cannot be reached at ${baseUrl}: ${reason(cause)}.`,
      'Check the address, the network and any proxy in between.',
    );
  } finally {
    await agents.close();
  }
}

/** Whether the mail server greets; nothing is sent. */
export async function checkMail({ smtp }: Settings): Promise<Finding> {
  if (smtp.host === null) return ok('mail', 'No mail server is configured; that is fine, mails wait in the outbox.');
  if (smtp.from === null) return fail('mail', 'SMTP_HOST is set, but no sender.', 'Set FROM_EMAIL.');
  const place = `${smtp.host}:${smtp.port}`;
  const greeting = await readGreeting(smtp.host, smtp.port, smtp.secure).catch((error: unknown) => reason(error));
  if (greeting.startsWith('220')) return ok('mail', `The mail server ${place} answers.`);
  return fail(
    'mail',
    `The mail server ${place} does not greet: ${greeting.slice(0, 100)}.`,
    'Check SMTP_HOST, SMTP_PORT and SMTP_TLS (true for port 465).',
  );
}

/** Whether the Redis that gateways share answers. @returns nothing where there is none */
export async function checkRedis({ redisUrl }: Settings): Promise<Finding[]> {
  if (redisUrl === null) return [];
  const { tryRedis } = await import('../limits/redis.ts');
  const problem = await tryRedis(redisUrl);
  if (problem === null) return [ok('redis', 'Redis answers: gateways share their rate limits.')];
  return [
    warn(
      'redis',
      `Redis does not answer: ${problem}. Each gateway limits rates by itself.`,
      'Check REDIS_URL and its server.',
    ),
  ];
}

function readGreeting(host: string, port: number, secure: boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = secure ? connectTls({ host, port, servername: host }) : connect({ host, port });
    socket.setTimeout(TIMEOUT_MS, () => socket.destroy(new Error(`no greeting within ${TIMEOUT_MS / 1000} s`)));
    socket.once('error', reject);
    socket.once('end', () => reject(new Error('it hung up')));
    socket.once('data', (data: Buffer) => {
      socket.end('QUIT\r\n');
      resolve(data.toString('latin1').trim());
    });
  });
}
