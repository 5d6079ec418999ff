/** What a gateway tells in-process, gathered by a test. */
import type { GatewayContext } from '../../gateway/context.ts';
import type { GatewayEvent } from '../../gateway/events/event-bus.ts';

type Kind = GatewayEvent['kind'];

/**
 * Come by themselves, whatever a test does: news of the outbox half a second after a mail was put there, and on Postgres
 * every half minute all that caches are made of, lest a lost notice leave them old.
 */
const UNASKED: ReadonlySet<Kind> = new Set<Kind>([
  'outbox_changed',
  'settings_changed',
  'keys_changed',
  'upstreams_changed',
  'models_changed',
  'plans_changed',
  'departments_changed',
]);

/**
 * Everything that is emitted from now on, oldest first, but for what comes by itself.
 *
 * @param wanted kinds that are gathered although they may come by themselves
 */
export function heardFrom({ events }: Pick<GatewayContext, 'events'>, ...wanted: Kind[]): readonly GatewayEvent[] {
  const heard: GatewayEvent[] = [];
  events.onAny((event) => {
    if (!UNASKED.has(event.kind) || wanted.includes(event.kind)) heard.push(event);
  });
  return heard;
}
