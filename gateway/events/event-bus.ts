/** In-process notice of what changed, for caches to drop and for live views to refresh. Never carries a number that spends. */

export type GatewayEvent =
  | { kind: 'settings_changed' }
  | { kind: 'keys_changed' }
  | { kind: 'upstreams_changed' }
  | { kind: 'models_changed' }
  | { kind: 'plans_changed' }
  | { kind: 'departments_changed' }
  /** A view that is shared was made, changed, taken back or removed. */
  | { kind: 'views_changed' }
  /** A user was changed, merged, suspended or deleted: identity caches and open streams may care. */
  | { kind: 'user_changed'; userId: string }
  /** Open requests of the user must end now: they are cut, settled, and then the promise that `emit` returns resolves. */
  | { kind: 'user_cancelled'; userId: string }
  /** Role, sessions or tokens of an operator were changed: what is open in their name must be checked again. */
  | { kind: 'operator_changed'; operatorId: string }
  | { kind: 'alert_raised'; alertId: string }
  /** A job began, went on or ended. */
  | { kind: 'job_changed'; jobId: string }
  /** Mails were put into the outbox, sent, put off, given up or taken out. */
  | { kind: 'outbox_changed' }
  /** A credit request or another ticket was opened, answered, decided. */
  | { kind: 'ticket_changed'; ticketId: string; userId: string }
  | { kind: 'alert_resolved'; alertId: string }
  /** A request was refused because the user's tokens do not suffice. */
  | { kind: 'quota_refused'; userId: string }
  /** A request was refused because a shared cap is reached: the department's, or the team's. */
  | { kind: 'cap_refused'; departmentId: string }
  | { kind: 'request_settled'; userId: string };

type Kind = GatewayEvent['kind'];
type Listener<K extends Kind = Kind> = (event: Extract<GatewayEvent, { kind: K }>) => void | Promise<void>;

export interface EventBus {
  /** Resolves when every listener is done. A listener that fails does not stop the others. */
  emit(event: GatewayEvent): Promise<void>;
  /** Listens to some kinds: whoever does not care costs the others nothing. @returns a function that ends it */
  on<K extends Kind>(kinds: readonly K[], listener: Listener<K>): () => void;
  /** Listens to all of them. @returns a function that ends it */
  onAny(listener: Listener): () => void;
}

/** @param onError told of listeners that failed */
export function createEventBus(onError: (error: unknown) => void): EventBus {
  /** Each hears what it asked for, whatever its type says. */
  const byKind = new Map<Kind, Set<(event: never) => void | Promise<void>>>();
  const ofAll = new Set<Listener>();

  return {
    async emit(event) {
      // Every request emits, and nearly every listener returns at once: a promise for each would cost more than they do.
      const underway: Promise<void>[] = [];
      for (const listener of [...(byKind.get(event.kind) ?? []), ...ofAll]) {
        try {
          const result = listener(event as never);
          if (result instanceof Promise) underway.push(result.catch(onError));
        } catch (error) {
          onError(error);
        }
      }
      if (underway.length > 0) await Promise.all(underway);
    },
    on(kinds, listener) {
      for (const kind of kinds) {
        const listeners = byKind.get(kind) ?? new Set();
        byKind.set(kind, listeners.add(listener));
      }
      return () => {
        for (const kind of kinds) byKind.get(kind)?.delete(listener);
      };
    },
    onAny(listener) {
      ofAll.add(listener);
      return () => ofAll.delete(listener);
    },
  };
}
