/**
 * What everything is compared with: a fresh Fastify and @fastify/http-proxy with their default options.
 * Plain JavaScript, so that Node's type stripping does not count as memory of the bare proxy.
 */
import proxy from '@fastify/http-proxy';
import fastify from 'fastify';

const app = fastify({ logger: false });

process.on('disconnect', () => process.exit(0));
process.on('message', async ({ id, call }) => {
  await app.register(proxy, { upstream: `http://127.0.0.1:${call.upstreamPort}` });
  await app.listen({ host: '127.0.0.1', port: 0 });
  process.send({ id, value: app.server.address().port });
});
