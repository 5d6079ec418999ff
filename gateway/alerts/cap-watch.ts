/** Watches the shared caps behind the requests: one look for whatever was settled meanwhile, and none where there is no cap. */
import type { GatewayContext } from '../context.ts';
import { capState, evaluateCap, findCapUses, resolveOrphans } from './cap-alerts.ts';
import type { AlertChanges } from './threshold-alerts.ts';

export interface CapWatch {
  /** A request was settled. */
  settled(): void;
  /** A request was refused because of the cap. */
  refused(departmentId: string): void;
  /** A cap, or the thresholds, may be others now. */
  changed(): void;
  /** Looks, if there was anything to look for. */
  evaluate(tell: (changes: AlertChanges) => Promise<void>): Promise<void>;
}

export function createCapWatch(context: GatewayContext): CapWatch {
  const { db } = context;
  let isDue = false;
  /** At the start nobody knows what was told before, nor whether a cap was changed since. */
  let mayRearm = true;
  /** Null = not known yet. */
  let hasCaps: boolean | null = null;
  let refusedBy = new Set<string>();
  const handled = new Map<string, string>();

  return {
    settled() {
      if (hasCaps !== false) isDue = true;
    },
    refused(departmentId) {
      refusedBy.add(departmentId);
      isDue = true;
    },
    changed() {
      isDue = true;
      mayRearm = true;
      hasCaps = null;
    },
    async evaluate(tell) {
      if (!isDue) return;
      const occasion = { mayRearm, refusedBy };
      isDue = false;
      mayRearm = false;
      refusedBy = new Set();
      try {
        const uses = await findCapUses(db, context, occasion.mayRearm);
        hasCaps = uses.some(({ share }) => share !== null);
        for (const use of uses) {
          const refused = occasion.refusedBy.has(use.departmentId);
          const state = capState(use);
          if (!refused && !occasion.mayRearm && handled.get(use.departmentId) === state) continue;
          await tell(await evaluateCap(context, use, { refused, mayRearm: occasion.mayRearm }));
          handled.set(use.departmentId, state);
        }
        if (occasion.mayRearm) await tell(await resolveOrphans(context, uses));
      } catch (error) {
        // What was heard of is looked at again with the next request.
        isDue = true;
        mayRearm ||= occasion.mayRearm;
        for (const id of occasion.refusedBy) refusedBy.add(id);
        throw error;
      }
    },
  };
}
