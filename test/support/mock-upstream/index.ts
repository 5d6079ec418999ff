export type { ChatAsk, JsonObject } from './chat-ask.ts';
export { createGate, type Gate, type Wait } from './gate.ts';
export { type HonestUsage, type Knobs, mergeKnobs, type Point, type Refusal, type Script } from './knobs.ts';
export * from './oddities.ts';
export { type BareConduct, closedPort, startBareServer } from './ports.ts';
export type { CallState, RecordedCall, Served } from './recorder.ts';
export * from './refusals.ts';
export { type MockUpstream, type Owner, startMockUpstream } from './server.ts';
export { texts, words } from './texts.ts';
