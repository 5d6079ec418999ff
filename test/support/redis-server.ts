/** A real Redis for tests, where this machine has one. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import type { TestContext } from 'node:test';
import { freePort, untilListening } from './ports.ts';

export interface RedisServer {
  readonly url: string;
  /** Ends it at once, as a crash would; what it knew is lost. */
  crash(): Promise<void>;
  /** Starts it again, on the same port. */
  start(): Promise<void>;
  /** Keeps its connections open without answering; `resume` ends that. */
  freeze(): void;
  resume(): void;
}

/** The reason to skip tests that need one; false where there is one. */
export const noRedis: string | false =
  spawnSync('redis-server', ['--version']).status === 0 ? false : 'redis-server is not installed here';

/** Starts a Redis that keeps nothing on disk and asks for `password`; it ends with the test. */
export async function startRedisServer(t: TestContext, password = 'for-tests-only'): Promise<RedisServer> {
  const port = await freePort();
  let child: ReturnType<typeof spawn> | null = null;
  const settings = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', tmpdir()];
  const server: RedisServer = {
    url: `redis://:${password}@127.0.0.1:${port}`,
    async crash() {
      const ended = child;
      child = null;
      if (ended?.kill('SIGKILL')) await once(ended, 'exit');
    },
    async start() {
      child = spawn('redis-server', [...settings, '--requirepass', password], { stdio: 'ignore' });
      await untilListening(child, port);
    },
    freeze: () => void child?.kill('SIGSTOP'),
    resume: () => void child?.kill('SIGCONT'),
  };
  t.after(() => server.crash());
  await server.start();
  return server;
}
