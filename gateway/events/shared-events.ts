/** The event bus of a gateway that shares its database: what one of them emits, all of them hear. */
import type { FastifyBaseLogger } from 'fastify';
import type { Notices } from '../db/postgres-notices.ts';
import type { EventBus, GatewayEvent } from './event-bus.ts';

export interface SharedEvents extends EventBus {
  /**
   * Begins to hear the others.
   *
   * @param prepare runs before the listeners of an event from elsewhere: brings up to date what they read
   */
  connect(prepare: (event: GatewayEvent) => Promise<void>): Promise<void>;
  close(): void;
}

interface Message {
  from: string;
  events: GatewayEvent[];
}

/** Requests end by the thousand; the others only show them. */
const GATHER_MS = 250;
/** A notice holds at most 8,000 bytes. */
const EVENTS_A_MESSAGE = 60;
/** A notice may be lost with the gateway that was about to send it: nothing that is kept gets older than this. */
const REFRESH_MS = 30_000;

/** What anything that is kept in memory may have come from. */
const EVERYTHING: readonly GatewayEvent[] = [
  { kind: 'settings_changed' },
  { kind: 'keys_changed' },
  { kind: 'upstreams_changed' },
  { kind: 'models_changed' },
  { kind: 'plans_changed' },
  { kind: 'departments_changed' },
];

export function createSharedEvents(
  local: EventBus,
  { notices, gatewayId, log }: { notices: Notices; gatewayId: string; log: FastifyBaseLogger },
): SharedEvents {
  const settled = new Set<string>();
  let prepare: (event: GatewayEvent) => Promise<void> = async () => undefined;
  let gathering: NodeJS.Timeout | null = null;
  let refreshing: NodeJS.Timeout | null = null;
  let isRefreshing = false;

  const publish = async (events: readonly GatewayEvent[]): Promise<void> => {
    try {
      await notices.publish(JSON.stringify({ from: gatewayId, events: [...events] } satisfies Message));
    } catch (error) {
      // They hear of it when they refresh.
      log.warn({ err: error }, 'The other gateways could not be told of a change');
    }
  };
  const flush = (): void => {
    gathering = null;
    const events = [...settled].map((userId) => ({ kind: 'request_settled', userId }) as const);
    settled.clear();
    for (let index = 0; index < events.length; index += EVENTS_A_MESSAGE) {
      void publish(events.slice(index, index + EVENTS_A_MESSAGE));
    }
  };
  const hear = async (event: GatewayEvent): Promise<void> => {
    await prepare(event);
    await local.emit(event);
  };
  const hearAll = async (events: readonly GatewayEvent[]): Promise<void> => {
    for (const event of events) {
      await hear(event).catch((err: unknown) =>
        log.warn({ err, kind: event.kind }, 'A change elsewhere could not be followed'),
      );
    }
  };

  const refresh = (): void => {
    // While the database is gone, each takes longer than the time to the next.
    if (isRefreshing) return;
    isRefreshing = true;
    void hearAll(EVERYTHING).finally(() => {
      isRefreshing = false;
    });
  };

  return {
    on: local.on,
    onAny: local.onAny,
    async emit(event) {
      if (event.kind === 'request_settled') {
        settled.add(event.userId);
        gathering ??= setTimeout(flush, GATHER_MS).unref();
        return local.emit(event);
      }
      await Promise.all([local.emit(event), publish([event])]);
    },
    async connect(bringUpToDate) {
      prepare = bringUpToDate;
      await notices.listen((text) => {
        const message = readMessage(text);
        if (message !== null && message.from !== gatewayId) void hearAll(message.events);
      }, refresh);
      refreshing = setInterval(refresh, REFRESH_MS).unref();
    },
    close() {
      if (refreshing) clearInterval(refreshing);
      if (gathering) {
        clearTimeout(gathering);
        flush();
      }
    },
  };
}

/** Anybody with the database's password may publish; what is no message of ours is nothing. */
function readMessage(text: string): Message | null {
  try {
    const message = JSON.parse(text) as Partial<Message> | null;
    return typeof message?.from === 'string' && Array.isArray(message.events) ? (message as Message) : null;
  } catch {
    return null;
  }
}
