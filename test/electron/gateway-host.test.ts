import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createGatewayHost } from '../../electron/main/gateway-host.ts';
import type { Gateway } from '../../gateway/gateway.ts';

/** A gateway that counts its stops, and fails to listen where told so. */
function fakeGateway(problem?: string) {
  const calls = { stopped: 0 };
  const gateway = {
    async start() {
      if (problem) throw new Error(problem);
      return { url: 'http://127.0.0.1:5000', network: [], publicUrl: null };
    },
    async stop() {
      calls.stopped += 1;
    },
  } as unknown as Gateway;
  return { gateway, calls };
}

describe('the gateway beside the window', () => {
  test('is known with its address once it listens, and by nothing before', async () => {
    const { gateway, calls } = fakeGateway();
    const host = createGatewayHost(async () => gateway);
    assert.deepEqual(host.state(), { phase: 'stopped', address: null, problem: null });
    const started = host.start();
    assert.deepEqual(host.state(), { phase: 'starting', address: null, problem: null });
    await started;
    assert.deepEqual(host.state(), { phase: 'running', address: 'http://127.0.0.1:5000', problem: null });
    await host.stop();
    await host.stop();
    assert.equal(calls.stopped, 1);
    assert.equal(host.state().phase, 'stopped');
  });

  test('that cannot listen is closed, and the window is told why', async () => {
    const { gateway, calls } = fakeGateway('Port 5000 is used by another program.');
    const host = createGatewayHost(async () => gateway);
    await host.start();
    assert.deepEqual(host.state(), {
      phase: 'failed',
      address: null,
      problem: 'Port 5000 is used by another program.',
    });
    assert.equal(calls.stopped, 1);
  });

  test('that cannot be made at all leaves nothing to stop', async () => {
    const host = createGatewayHost(async () => {
      throw new Error('The database file belongs to another program.');
    });
    await host.start();
    assert.equal(host.state().phase, 'failed');
    await host.stop();
    assert.equal(host.state().phase, 'stopped');
  });
});
