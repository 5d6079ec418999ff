/** What everything is compared with: a fresh Fastify and @fastify/http-proxy with their default options. */
import proxy from '@fastify/http-proxy';
import fastify from 'fastify';
import { answerParent } from './parent-channel.ts';

export type BareCall = { kind: 'start'; upstreamPort: number } | { kind: 'stop' };

const app = fastify({ logger: false });

answerParent(async (call: BareCall) => {
  switch (call.kind) {
    case 'start': {
      await app.register(proxy, { upstream: `http://127.0.0.1:${call.upstreamPort}` });
      await app.listen({ host: '127.0.0.1', port: 0 });
      const address = app.server.address();
      if (address === null || typeof address === 'string') throw new Error('The bare proxy has no port.');
      return address.port;
    }
    case 'stop':
      await app.close();
      return null;
  }
});
