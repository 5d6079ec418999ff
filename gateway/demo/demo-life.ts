/** Gentle traffic of the demo's people through the gateway itself, so that the console has something to show. */
import { setTimeout as wait } from 'node:timers/promises';
import { and, eq, isNotNull } from 'drizzle-orm';
import type { GatewayContext } from '../context.ts';
import { newId } from '../db/ids.ts';
import { newServiceKey } from '../keys/key-hash.ts';
import { insertKey } from '../keys/queries.ts';
import { DEMO_MODELS } from './models.ts';
import { createRandom, type Random } from './random.ts';

export interface DemoLifeOptions {
  /** Mean pause between two requests; milliseconds. */
  pauseMs?: number;
  seed?: number;
  /** Told of every request that was answered, whatever the answer. */
  onAnswer?: (status: number) => void;
}

export interface DemoLife {
  /** Ends it at once: what is on its way is broken off. Resolves when nothing of it is left. */
  stop(): Promise<void>;
}

/** A slow gateway gets no more than so many at once. */
const AT_ONCE = 4;
const REST_AFTER_FAILURE_MS = 5_000;

const SAID: readonly [string, ...string[]] = [
  'Resuma a reunião de hoje em três tópicos, por favor.',
  'Escreva uma resposta cordial para o cliente sobre o atraso na entrega.',
  'Como escrevo um teste para uma função que usa o relógio?',
  'Traduza para o inglês: “A proposta segue em anexo.”',
  'Sugira cinco títulos para o boletim de dezembro.',
  'Revise este parágrafo e deixe mais curto, mantendo o tom formal.',
  'Explain the difference between a mutex and a semaphore.',
  'Draft a polite reminder about the open invoice.',
  'What should a good incident report contain?',
  'Turn these notes into a short project update.',
  'Which clauses does a simple non-disclosure agreement need?',
  'Write a SQL query that counts orders by month.',
];

/**
 * Sends requests as people of the demo, one about every second, streamed and not, until stopped.
 *
 * @param baseUrl the gateway's own, such as `http://127.0.0.1:5000`
 * @param serviceKey the secret of a service key; null makes one for the purpose
 */
export async function startDemoLife(
  context: GatewayContext,
  baseUrl: string,
  serviceKey: string | null,
  { pauseMs = 1_100, seed = context.clock.now(), onAnswer }: DemoLifeOptions = {},
): Promise<DemoLife> {
  const emails = await activePeople(context);
  const key = serviceKey ?? (await makeKey(context));
  const random = createRandom(seed);
  const ended = new AbortController();
  const open = new Set<Promise<unknown>>();

  const send = async (email: string): Promise<void> => {
    const body = JSON.stringify(conversation(random));
    const headers = {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'x-user-email': email,
    };
    const url = `${baseUrl}/v1/chat/completions`;
    const response = await fetch(url, { method: 'POST', headers, body, signal: ended.signal });
    await response.arrayBuffer();
    onAnswer?.(response.status);
  };
  const live = async (): Promise<void> => {
    const [first, ...others] = emails;
    while (first !== undefined && !ended.signal.aborted) {
      await wait(pauseMs * (0.4 + random.next() * 1.2), undefined, { signal: ended.signal });
      if (open.size >= AT_ONCE) continue;
      const request = send(random.pick([first, ...others])).catch(async (err: unknown) => {
        if (ended.signal.aborted) return;
        context.log.debug({ err }, 'A request of the demo failed');
        await wait(REST_AFTER_FAILURE_MS, undefined, { signal: ended.signal }).catch(() => undefined);
      });
      open.add(request);
      void request.finally(() => open.delete(request));
    }
  };
  const living = live().catch(() => undefined);
  return {
    async stop() {
      ended.abort();
      await living;
      await Promise.all(open);
    },
  };
}

async function activePeople({ db }: GatewayContext): Promise<string[]> {
  const { users } = db.tables;
  const rows = await db
    .select({ email: users.email })
    .from(users)
    .where(and(eq(users.status, 'active'), isNotNull(users.email)))
    .orderBy(users.id);
  return rows.map((row) => row.email).filter((email) => email !== null);
}

async function makeKey({ db, clock, events }: GatewayContext): Promise<string> {
  const { secret, hash, hint } = newServiceKey();
  const createdAt = clock.now();
  const id = newId('key', createdAt);
  await insertKey(db, { id, kind: 'service', name: 'Demo traffic', hash, hint, source: 'demo', createdAt });
  await events.emit({ kind: 'keys_changed' });
  return secret;
}

/** A short exchange that ends with a question. */
function conversation(random: Random): object {
  const said = random.pick(SAID);
  const before = Array.from({ length: random.between(0, 3) }, () => [
    { role: 'user', content: random.pick(SAID) },
    { role: 'assistant', content: `${said} `.repeat(random.between(2, 12)) },
  ]);
  const { name } = random.weighted(
    DEMO_MODELS.map((one) => [one, one.weight] as const),
    DEMO_MODELS[0],
  );
  return { model: name, messages: [...before.flat(), { role: 'user', content: said }], stream: random.chance(0.8) };
}
