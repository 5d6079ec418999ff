/** Runs the gateway beside the window, and knows how it is. No Electron in here. */
import type { Gateway } from '../../gateway/gateway.ts';
import type { GatewayState } from '../contract.ts';

export interface GatewayHost {
  state(): GatewayState;
  /** Makes and starts the gateway. Never rejects: a failure is a state that the window shows. */
  start(): Promise<void>;
  /** Drains and closes; resolves at once when nothing runs. */
  stop(): Promise<void>;
}

const DOWN = { address: null, problem: null };

/** @param create makes a gateway that does not listen yet */
export function createGatewayHost(create: () => Promise<Gateway>): GatewayHost {
  let state: GatewayState = { phase: 'stopped', ...DOWN };
  let gateway: Gateway | null = null;

  return {
    state: () => state,
    async start() {
      state = { phase: 'starting', ...DOWN };
      try {
        gateway = await create();
        const { url } = await gateway.start();
        state = { phase: 'running', address: url, problem: null };
      } catch (error) {
        const problem = error instanceof Error ? error.message : String(error);
        state = { phase: 'failed', address: null, problem };
        await gateway?.stop();
        gateway = null;
      }
    },
    async stop() {
      const running = gateway;
      gateway = null;
      state = { phase: 'stopped', ...DOWN };
      await running?.stop();
    },
  };
}
