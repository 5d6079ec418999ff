/** Fifty lines that say what a ledger does, in the plainest way, to compare implementations with. Unit rates only. */

export interface ModelUser {
  limit: number | null;
  credits: number;
  department: string;
  periods: Map<string, { used: number; usedCredits: number }>;
}

export interface ModelHold {
  user: string;
  period: string;
  monthly: number;
  credits: number;
}

export interface ModelWish {
  prompt: number;
  output: number | null;
  modelMaximum: number | null;
  cap: number;
  minimum: number;
}

/** Everything that the model knows. */
interface ModelState {
  users: Map<string, ModelUser>;
  holds: Map<string, ModelHold>;
  lost: Map<string, ModelHold>;
  caps: Map<string, number>;
  capUsed: Map<string, number>;
}

const nothing = (): ModelState => ({
  users: new Map(),
  holds: new Map(),
  lost: new Map(),
  caps: new Map(),
  capUsed: new Map(),
});

export function createLedgerModel(state = nothing()): LedgerModel {
  const { users, holds, lost, caps, capUsed } = state;

  const user = (id: string): ModelUser => {
    const found = users.get(id);
    if (!found) throw new Error(`no user ${id}`);
    return found;
  };
  const period = (id: string, name: string) => {
    const { periods } = user(id);
    const row = periods.get(name) ?? { used: 0, usedCredits: 0 };
    periods.set(name, row);
    return row;
  };
  const held = (part: 'monthly' | 'credits', of: (hold: ModelHold) => boolean) =>
    [...holds.values()].filter(of).reduce((sum, hold) => sum + hold[part], 0);
  const month = (id: string, name: string) =>
    Math.max(
      0,
      (user(id).limit ?? Infinity) - period(id, name).used - held('monthly', (h) => h.user === id && h.period === name),
    );
  const freeCredits = (id: string) => user(id).credits - held('credits', (h) => h.user === id);
  const capNames = (id: string) => [user(id).department, 'team'];
  const capRoom = (name: string, at: string) => {
    const within = (h: ModelHold) => h.period === at && (name === 'team' || user(h.user).department === name);
    const used = capUsed.get(`${name} ${at}`) ?? 0;
    return Math.max(0, (caps.get(name) ?? Infinity) - used - held('monthly', within) - held('credits', within));
  };

  /** The output that is reserved when the smallest room is `room`; null when nothing fits. */
  const outputFor = (wish: ModelWish, room: number): number | null => {
    const { prompt, output, modelMaximum, cap, minimum } = wish;
    if (output !== null && prompt + output <= room) return output;
    if (output === null && room === Infinity) return modelMaximum ?? cap;
    if (output === null && modelMaximum !== null && 4 * (prompt + modelMaximum) <= room) return modelMaximum;
    const most = output ?? Math.min(cap, modelMaximum ?? Infinity);
    if (output === null && (prompt + most) / 0.75 <= room) return most;
    const lowered = Math.max(Math.min(most, Math.floor(room * 0.75) - prompt), Math.min(most, minimum));
    return prompt + lowered <= room ? lowered : null;
  };

  return {
    users,
    caps,
    copy: (): LedgerModel => createLedgerModel(structuredClone(state)),
    available: (id: string, at: string) => month(id, at) + freeCredits(id),
    held: (id: string, at: string) =>
      held('monthly', (h) => h.user === id && h.period === at) + held('credits', (h) => h.user === id),
    hold(usageId: string, id: string, at: string, wish: ModelWish): { kind: string; outputTokens?: number } {
      const own = month(id, at) + freeCredits(id);
      const output = outputFor(wish, Math.min(own, ...capNames(id).map((name) => capRoom(name, at))));
      if (output !== null) {
        const tokens = wish.prompt + output;
        const monthly = Math.min(tokens, month(id, at));
        holds.set(usageId, { user: id, period: at, monthly, credits: tokens - monthly });
        return { kind: 'held', outputTokens: output };
      }
      if (outputFor(wish, own) !== null) return { kind: 'cap' };
      const { limit, credits } = user(id);
      const alone = Math.max(0, (limit ?? Infinity) - period(id, at).used) + credits;
      return { kind: outputFor(wish, alone) === null ? 'quota' : 'reserved' };
    },
    settle(usageId: string, tokens: number): { kind: string; chargedTokens?: number; absorbedTokens?: number } {
      const hold = holds.get(usageId) ?? lost.get(usageId);
      if (!hold) return { kind: 'already' };
      const own = holds.has(usageId) ? hold : { monthly: 0, credits: 0 };
      holds.delete(usageId);
      lost.delete(usageId);
      const row = period(hold.user, hold.period);
      const monthly = Math.min(tokens, Math.max(own.monthly, month(hold.user, hold.period)));
      const credits = Math.min(tokens - monthly, Math.max(0, Math.max(own.credits, freeCredits(hold.user))));
      row.used += monthly;
      row.usedCredits += credits;
      user(hold.user).credits -= credits;
      for (const name of capNames(hold.user)) {
        const key = `${name} ${hold.period}`;
        capUsed.set(key, (capUsed.get(key) ?? 0) + monthly + credits);
      }
      return { kind: 'settled', chargedTokens: monthly + credits, absorbedTokens: tokens - monthly - credits };
    },
    move(id: string, tokens: number): { kind: string; free?: number } {
      if (-tokens > freeCredits(id)) return { kind: 'insufficient', free: freeCredits(id) };
      user(id).credits += tokens;
      return { kind: 'moved' };
    },
    reset(id: string, at: string): { kind: string } {
      period(id, at).used = 0;
      return { kind: 'moved' };
    },
    recover(): string[] {
      const ids = [...holds.keys()].sort();
      for (const [id, hold] of holds) lost.set(id, hold);
      holds.clear();
      return ids;
    },
    openHolds: () => [...holds.keys()],
    lostHolds: () => [...lost.keys()],
  };
}

export interface LedgerModel {
  readonly users: Map<string, ModelUser>;
  readonly caps: Map<string, number>;
  /** Another model that knows the same, and goes its own way from here. */
  copy(): LedgerModel;
  available(id: string, at: string): number;
  held(id: string, at: string): number;
  hold(usageId: string, id: string, at: string, wish: ModelWish): { kind: string; outputTokens?: number };
  settle(usageId: string, tokens: number): { kind: string; chargedTokens?: number; absorbedTokens?: number };
  move(id: string, tokens: number): { kind: string; free?: number };
  reset(id: string, at: string): { kind: string };
  /** @returns the ids of what was given back, in their order */
  recover(): string[];
  openHolds(): string[];
  lostHolds(): string[];
}
