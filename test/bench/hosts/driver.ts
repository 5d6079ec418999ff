/**
 * The process beside the one under test: mock upstream and load generator together.
 * On two cores the process under test gets one to itself this way; see the measurement in `run.ts`.
 */
import { type LoadOrder, type PacedOrder, runLoad, runPaced } from '../traffic/load.ts';
import { type MockUpstream, startMockUpstream } from '../traffic/mock-upstream.ts';
import { answerParent } from './parent-channel.ts';

export type DriverCall =
  | { kind: 'mock' }
  | { kind: 'served' }
  | { kind: 'load'; order: LoadOrder }
  | { kind: 'paced'; order: PacedOrder };

let mock: MockUpstream | null = null;

answerParent(async (call: DriverCall) => {
  switch (call.kind) {
    case 'mock':
      mock ??= await startMockUpstream();
      return mock.port;
    case 'served':
      return mock?.served ?? null;
    case 'load':
      return runLoad(call.order);
    case 'paced':
      return runPaced(call.order);
  }
});
