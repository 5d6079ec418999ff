/** A gateway between real clients and a mock upstream, with everything that a test wants to compare. */
import type { TestContext } from 'node:test';
import { SYSTEM } from '../../gateway/audit/audit-writer.ts';
import { type BuildOptions, type Built, build } from './build.ts';
import type { LibreChatEndpoint } from './clients-librechat.ts';
import { type Knobs, type MockUpstream, startMockUpstream } from './mock-upstream/index.ts';

/** The upstream's key, which no client ever sees. */
export const UPSTREAM_KEY = 'sk-upstream-0123456789abcdef';

export interface MeteredGateway extends Built {
  readonly upstream: MockUpstream;
  /** For clients: base URL, the service key and a model. */
  readonly endpoint: LibreChatEndpoint;
  /** Metered requests that have reached the gateway. */
  readonly requests: number;
  /** Usage records, oldest first. */
  records(): Promise<UsageRecord[]>;
  /** Resolves with the records when no request is pending any more. */
  settled(): Promise<UsageRecord[]>;
  /** Changes settings as the console does. */
  set(changes: Readonly<Record<string, unknown>>): Promise<void>;
}

export type UsageRecord = Built['context']['db']['tables']['usageRecords']['$inferSelect'];

export interface MeteredOptions extends BuildOptions {
  /** Merged over a configuration with the mock as its only upstream. */
  config?: object;
  upstream?: Knobs;
}

export async function buildMetered(t: TestContext, options: MeteredOptions = {}): Promise<MeteredGateway> {
  const { upstream: knobs, config, ...rest } = options;
  const upstream = await startMockUpstream(t, knobs);
  const upstreams = [{ id: 'mock', kind: 'openai', baseUrl: upstream.baseUrl, apiKey: UPSTREAM_KEY, models: ['*'] }];
  // What the mock is asked for is the test's own: the gateway looks by itself once in an hour, which no test takes.
  const built = await build(t, { ...rest, config: { upstreams, upstreamCheckSeconds: 3_600, ...config } });
  const { db, events, settings } = built.context;
  let requests = 0;
  built.gateway.app.server.on('request', ({ url }) => {
    if (url?.startsWith('/v1')) requests += 1;
  });

  const { usageRecords } = db.tables;
  const records = () => db.select().from(usageRecords).orderBy(usageRecords.id);
  return {
    ...built,
    upstream,
    endpoint: { baseUrl: `${built.url}/v1`, key: built.serviceKey, model: 'gpt-4o-mini' },
    get requests() {
      return requests;
    },
    records,
    async settled() {
      for (;;) {
        const { promise, resolve } = Promise.withResolvers<void>();
        const stop = events.onAny((event) => (event.kind === 'request_settled' ? resolve() : undefined));
        const found = await records();
        if (found.every(({ outcome }) => outcome !== 'pending')) {
          stop();
          return found;
        }
        await promise;
        stop();
      }
    },
    set: (changes) => settings.set(changes, SYSTEM),
  };
}
