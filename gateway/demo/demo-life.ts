/** Gentle traffic of the demo's people through the gateway itself, so that the console has something to show. */
import { setTimeout as wait } from 'node:timers/promises';
import type { GatewayContext } from '../context.ts';
import { newId } from '../db/ids.ts';
import { newServiceKey } from '../keys/key-hash.ts';
import { insertKey } from '../keys/queries.ts';
import { createLivePace, type LivePerson } from './live-pace.ts';
import { createRandom, type Random } from './random.ts';

export interface DemoLifeOptions {
  /** Mean pause between two requests in place of the people's own pace; milliseconds. */
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
 * Sends requests as people of the demo, as often as they did in the weeks before, streamed and not, until stopped.
 *
 * @param baseUrl the gateway's own, such as `http://127.0.0.1:5000`
 * @param serviceKey the secret of a service key; null makes one for the purpose
 */
export async function startDemoLife(
  context: GatewayContext,
  baseUrl: string,
  serviceKey: string | null,
  { pauseMs, seed = context.clock.now(), onAnswer }: DemoLifeOptions = {},
): Promise<DemoLife> {
  const { clock } = context;
  const pace = await createLivePace(context);
  const key = serviceKey ?? (await makeKey(context));
  const random = createRandom(seed);
  const ended = new AbortController();
  const open = new Set<Promise<unknown>>();

  const send = async (person: LivePerson): Promise<void> => {
    const body = JSON.stringify(conversationOf(person, random));
    const headers = {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'x-user-email': person.email,
    };
    const url = `${baseUrl}/v1/chat/completions`;
    const response = await fetch(url, { method: 'POST', headers, body, signal: ended.signal });
    await response.arrayBuffer();
    if (response.status === 429 || response.status === 403) pace.rest(person, clock.now());
    onAnswer?.(response.status);
  };
  const live = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      const pause = pauseMs === undefined ? pace.pauseMs(clock.now(), random) : pauseMs * (0.4 + random.next() * 1.2);
      await wait(pause, undefined, { signal: ended.signal });
      const person = open.size < AT_ONCE ? pace.next(clock.now(), random) : null;
      if (person === null) continue;
      const request = send(person).catch(async (err: unknown) => {
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

async function makeKey({ db, clock, events }: GatewayContext): Promise<string> {
  const { secret, hash, hint } = newServiceKey();
  const createdAt = clock.now();
  const id = newId('key', createdAt);
  await insertKey(db, { id, kind: 'service', name: 'Demo traffic', hash, hint, source: 'demo', createdAt });
  await events.emit({ kind: 'keys_changed' });
  return secret;
}

/** A short exchange that ends with a question. */
export function conversationOf({ models }: Pick<LivePerson, 'models'>, random: Random): object {
  const said = random.pick(SAID);
  const before = Array.from({ length: random.between(0, 3) }, () => [
    { role: 'user', content: random.pick(SAID) },
    { role: 'assistant', content: `${said} `.repeat(random.between(2, 12)) },
  ]);
  const { name } = random.weighted(
    models.map((one) => [one, one.weight] as const),
    models[0],
  );
  return { model: name, messages: [...before.flat(), { role: 'user', content: said }], stream: random.chance(0.8) };
}
