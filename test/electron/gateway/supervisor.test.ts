import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ChildListener } from '../../../electron/main/gateway/child.ts';
import { createSupervisor } from '../../../electron/main/gateway/supervisor.ts';

/** Processes that do nothing by themselves, and what each was told. */
function supervised() {
  const spawned: { listener: ChildListener; told: string[] }[] = [];
  const news: string[] = [];
  const supervisor = createSupervisor({
    spawn(listener) {
      const told: string[] = [];
      spawned.push({ listener, told });
      return { send: ({ kind }) => void told.push(kind), kill: () => void told.push('kill') };
    },
    sealingKey: async () => null,
    attach: () => Promise.reject(new Error('nobody')),
    isAlive: async () => true,
    onChange: () => undefined,
    onNews: (what) => void news.push(what),
    log: () => undefined,
  });
  return { spawned, news, supervisor };
}

const refusal = { kind: 'refused', obstacle: { kind: 'configuration' }, message: 'why' } as const;
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('the supervisor', () => {
  test('waits for a process that refused to be gone before the next is started, and starts that one', async () => {
    const { spawned, supervisor } = supervised();
    supervisor.start();
    await settled();
    spawned[0]?.listener.onMessage(refusal);
    supervisor.retry();
    assert.equal(spawned.length, 1, 'two would fight for the data directory');
    spawned[0]?.listener.onEnd(0);
    assert.equal(spawned.length, 2);
    await settled();
    assert.deepEqual(spawned[1]?.told, ['start']);
    spawned[1]?.listener.onMessage({ kind: 'ready', url: 'http://127.0.0.1:5000' });
    assert.equal(supervisor.state().phase, 'running');
    const stopped = supervisor.stop();
    spawned[1]?.listener.onEnd(0);
    await stopped;
  });

  test('starts nothing once it stops, and tells everybody who waits when it has', async () => {
    const { spawned, supervisor } = supervised();
    supervisor.start();
    await settled();
    spawned[0]?.listener.onMessage(refusal);
    supervisor.retry();
    const both = [supervisor.stop(), supervisor.stop()];
    spawned[0]?.listener.onEnd(0);
    await Promise.all(both);
    assert.equal(spawned.length, 1);
    assert.equal(supervisor.state().phase, 'stopped');
  });

  test('keeps the last words of one that crashed', async () => {
    const { spawned, news, supervisor } = supervised();
    supervisor.start();
    await settled();
    spawned[0]?.listener.onOutput('FATAL ERROR: out of memory\n');
    spawned[0]?.listener.onEnd(134);
    assert.equal(supervisor.state().failure?.detail, 'FATAL ERROR: out of memory');
    assert.deepEqual(news, ['crashed']);
    await supervisor.stop();
  });
});
