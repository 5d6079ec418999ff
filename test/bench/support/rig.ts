/** What all lanes share: the mock and the load generator beside, the bare proxy, and how long to measure. */
import type { DriverCall } from '../hosts/driver.ts';
import type { LoadOrder, LoadResult, PacedOrder, PacedResult } from '../traffic/load.ts';
import { PACED_MODEL, requestBytes } from '../traffic/messages.ts';
import { type BenchWire, OTHER_WIRES } from '../traffic/wires.ts';
import { type Child, startChild } from './child.ts';
import { type Filled, filledFolder } from './filled.ts';
import { PEOPLE, SERVICE_KEY } from './metered.ts';

export interface Scale {
  pairs: number;
  warmUpMs: number;
  measureMs: number;
  /** Streams on each connection in one measurement of the first byte. */
  pacedStreams: number;
  /** Requests after which memory is read: first, last. */
  memoryRequests: readonly [number, number];
  idleMs: number;
  starts: number;
  ledgerPairs: number;
  /** Usage records that the size and paint lanes work on. */
  sizeRecords: number;
}

export interface Rig {
  readonly scale: Scale;
  /** Where data directories are made. */
  readonly parent: string;
  readonly upstreamPort: number;
  load(order: Omit<LoadOrder, 'requests'> & { streamed: boolean; wire?: BenchWire }): Promise<LoadResult>;
  paced(order: Omit<PacedOrder, 'requests'>): Promise<PacedResult>;
  /** A data directory with many records, made once for all lanes. */
  filled(): Promise<Filled>;
  startBare(): Promise<{ pid: number; port: number; stop(): Promise<void> }>;
  /** Says what is going on, beside the table. */
  note(text: string): void;
  close(): Promise<void>;
}

/** With the records of the scale. */
const SIZE_USERS = 10_000;

interface BareCall {
  upstreamPort: number;
}

/**
 * @param parent where data directories are made. @param keep where the filled one is made and stays; null removes it
 *
 * Starts the process beside the one under test. Mock and load generator share it: on two cores the process under
 * test then has one to itself (bare proxy, streams: 0.85–1.0 of a core; with three processes 0.72–0.89).
 */
export async function openRig(scale: Scale, parent: string, keep: string | null = null): Promise<Rig> {
  const driver: Child<DriverCall> = startChild('driver.ts');
  const upstreamPort = Number(await driver.call({ kind: 'mock' }));
  const requests = (streamed: boolean, model?: string, wire: BenchWire = 'chat') =>
    Array.from({ length: PEOPLE }, (_, person) => {
      const other = wire === 'chat' ? undefined : OTHER_WIRES[wire];
      return requestBytes({ key: SERVICE_KEY, person, streamed, model, wire: other });
    });
  let filled: Promise<Filled> | null = null;
  const note = (text: string) => void process.stderr.write(`${text}\n`);
  return {
    scale,
    parent,
    upstreamPort,
    async load({ streamed, wire, ...order }) {
      const whole: LoadOrder = { ...order, requests: requests(streamed, undefined, wire) };
      return (await driver.call({ kind: 'load', order: whole })) as LoadResult;
    },
    async paced(order) {
      return (await driver.call({
        kind: 'paced',
        order: { ...order, requests: requests(true, PACED_MODEL) },
      })) as PacedResult;
    },
    filled() {
      filled ??= filledFolder({ records: scale.sizeRecords, users: SIZE_USERS, keep, parent, upstreamPort, note });
      return filled;
    },
    async startBare() {
      const host: Child<BareCall> = startChild('bare-host.mjs');
      const port = Number(await host.call({ upstreamPort }));
      return { pid: host.pid, port, stop: host.stop };
    },
    note,
    async close() {
      (await filled?.catch(() => null))?.remove();
      await driver.stop();
    },
  };
}
