/** How the machine and this process are. */
import { statfs } from 'node:fs/promises';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Health } from '../contract/health.ts';

type Checks = Health['checks'];
type Untimed<Name extends keyof Checks> = Omit<Checks[Name], 'tookMs'>;

/** Share of CPU or memory from which the machine is too busy to be well. */
const BUSY_PERCENT = 80;
/** Writes fail soon after. */
const LITTLE_DISK_BYTES = 256 * 1024 * 1024;
/** Shorter spans of CPU time are noise. */
const CPU_SPAN_MS = 1_000;
const LOOP_RESOLUTION_MS = 20;
/** A loop this late holds up every stream. */
const LATE_LOOP_MS = 250;

export interface MachineChecks {
  cpu(): Untimed<'cpu'>;
  memory(): Untimed<'memory'>;
  disk(path: string): Promise<Untimed<'disk'>>;
  /** The first call starts the measurement and takes a moment; each call reports since the one before. */
  eventLoop(): Promise<Untimed<'eventLoop'>>;
  /** Ends the measurement. */
  stop(): void;
}

interface CpuTimes {
  readonly at: number;
  readonly busy: number;
  readonly total: number;
}

export function createMachineChecks(): MachineChecks {
  let before = cpuTimes();
  let percent = 0;
  let loop: ReturnType<typeof monitorEventLoopDelay> | null = null;

  return {
    cpu() {
      const now = cpuTimes();
      if (now.at - before.at >= CPU_SPAN_MS && now.total > before.total) {
        percent = oneDigit((100 * (now.busy - before.busy)) / (now.total - before.total));
        before = now;
      }
      return { status: percent >= BUSY_PERCENT ? 'degraded' : 'up', percent, cores: availableParallelism() };
    },
    memory() {
      const totalBytes = totalmem();
      const freeBytes = freemem();
      const used = oneDigit((100 * (totalBytes - freeBytes)) / totalBytes);
      const status = used >= BUSY_PERCENT ? 'degraded' : 'up';
      return { status, percent: used, totalBytes, freeBytes, processBytes: process.memoryUsage.rss() };
    },
    async disk(path) {
      try {
        const { bavail, blocks, bsize } = await statfs(path);
        const freeBytes = bavail * bsize;
        const status = freeBytes < LITTLE_DISK_BYTES ? 'degraded' : 'up';
        return { status, totalBytes: blocks * bsize, freeBytes };
      } catch {
        return { status: 'down', totalBytes: null, freeBytes: null };
      }
    },
    async eventLoop() {
      if (!loop) {
        loop = monitorEventLoopDelay({ resolution: LOOP_RESOLUTION_MS });
        loop.enable();
        await sleep(3 * LOOP_RESOLUTION_MS);
      }
      // The histogram holds whole intervals: what a timer should take is no delay.
      const late = (nanoseconds: number) => oneDigit(Math.max(0, nanoseconds / 1e6 - LOOP_RESOLUTION_MS));
      const measured = loop.count > 0;
      const p99Ms = measured ? late(loop.percentile(99)) : 0;
      const report = { meanMs: measured ? late(loop.mean) : 0, p99Ms, maxMs: measured ? late(loop.max) : 0 };
      loop.reset();
      return { status: p99Ms >= LATE_LOOP_MS ? 'degraded' : 'up', ...report };
    },
    stop() {
      loop?.disable();
    },
  };
}

function cpuTimes(): CpuTimes {
  let idle = 0;
  let total = 0;
  for (const { times } of cpus()) {
    idle += times.idle;
    total += times.user + times.nice + times.sys + times.idle + times.irq;
  }
  return { at: performance.now(), busy: total - idle, total };
}

function oneDigit(value: number): number {
  return Math.round(value * 10) / 10;
}
