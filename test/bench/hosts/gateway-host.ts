/** The gateway with options that its command line does not have: a disk whose commits take longer, another time. */
import { createGateway, type Gateway } from '../../../gateway/gateway.ts';
import { answerParent } from './parent-channel.ts';

export type GatewayCall =
  | { kind: 'start'; dataDir: string; configFile: string; port: number; commitDelayMs?: number; startAt?: number }
  | { kind: 'stop' };

let gateway: Gateway | null = null;

answerParent(async (call: GatewayCall) => {
  switch (call.kind) {
    case 'start': {
      const { dataDir, configFile, port, commitDelayMs, startAt } = call;
      const begun = performance.now();
      gateway = await createGateway({
        dataDir,
        configFile,
        flags: { port },
        ...(commitDelayMs === undefined ? {} : { commitDelayMs }),
        ...(startAt === undefined ? {} : { clock: { now: () => startAt + Math.round(performance.now() - begun) } }),
      });
      await gateway.start();
      return null;
    }
    case 'stop':
      await gateway?.stop();
      return null;
  }
});
