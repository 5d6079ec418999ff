/**
 * Signs the owner in at the gateway of the data directory, ours or one that was started without the app, by the secret that
 * lies there. Neither side sends it: each proves to know it. No Electron in here.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const serverFile = z.object({ pid: z.number().int(), gatewayId: z.string(), url: z.string().nullable() });
export type ServerFile = z.infer<typeof serverFile>;

const hex64 = z.string().regex(/^[0-9a-f]{64}$/);
const challengeBody = z.object({ gatewayId: z.string(), nonce: hex64, proof: hex64 });
const sessionBody = z.object({ token: z.string(), expiresAt: z.number() });

export interface LocalSession {
  readonly token: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  /** `name=value` of the cookie that renews it. */
  readonly cookie: string;
}

/** What `server.json` says; null where it is missing, damaged, or of a gateway that does not listen yet. */
export async function readServerFile(dataDir: string): Promise<(ServerFile & { url: string }) | null> {
  try {
    const parsed = serverFile.parse(JSON.parse(await readFile(join(dataDir, 'server.json'), 'utf8')));
    return parsed.url === null ? null : { ...parsed, url: parsed.url };
  } catch {
    return null;
  }
}

/**
 * @throws Error when nobody answers there, or somebody who does not know the secret
 */
export async function signInLocally(dataDir: string, ask: typeof fetch): Promise<LocalSession & { url: string }> {
  const server = await readServerFile(dataDir);
  if (!server) throw new Error(`No gateway that listens is named in ${dataDir}.`);
  const secret = (await readFile(join(dataDir, 'local.secret'), 'utf8')).trim();
  const client = randomBytes(32).toString('hex');
  const challenge = challengeBody.parse(await post(ask, `${server.url}/api/auth/local/challenge`, { nonce: client }));
  const nonces = { client, gateway: challenge.nonce };
  const expected = proof(secret, 'gateway', server.gatewayId, nonces);
  const isOurs = challenge.gatewayId === server.gatewayId && timingSafeEqual(bytes(expected), bytes(challenge.proof));
  if (!isOurs) throw new Error(`What answers at ${server.url} is not the gateway of ${dataDir}.`);

  const response = await send(ask, `${server.url}/api/auth/local/session`, {
    nonce: challenge.nonce,
    proof: proof(secret, 'app', server.gatewayId, nonces),
  });
  const { token, expiresAt } = sessionBody.parse(await response.json());
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0];
  if (!cookie) throw new Error('The gateway gave no cookie with the session.');
  return { token, expiresAt, cookie, url: server.url };
}

/** The same on both sides: see the gateway's `operators/local-proof.ts`. */
function proof(
  secret: string,
  side: 'gateway' | 'app',
  gatewayId: string,
  nonces: { client: string; gateway: string },
): string {
  const text = ['ia-solaris local', side, gatewayId, nonces.client, nonces.gateway].join('\n');
  return createHmac('sha256', bytes(secret)).update(text).digest('hex');
}

const bytes = (hex: string) => Buffer.from(hex, 'hex');

async function post(ask: typeof fetch, url: string, body: unknown): Promise<unknown> {
  return (await send(ask, url, body)).json();
}

const TIMEOUT_MS = 10_000;

async function send(ask: typeof fetch, url: string, body: unknown): Promise<Response> {
  const response = await ask(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
    redirect: 'error',
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}.`);
  return response;
}
