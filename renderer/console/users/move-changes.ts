/** Pure: what each move asks of the API, and what takes it back. */
import type { TFunction } from 'i18next';
import type { LimitInput, User } from '../../../gateway/contract/users.ts';
import type { Expected } from '../api/expected.ts';
import type { Change } from '../api/use-change.ts';
import type { DangerName } from '../safe-mode/dangers.ts';

export type MoveName = 'tokens' | 'limit' | 'plan' | 'edit' | 'suspend' | 'block' | 'activate' | 'reset' | 'delete';

/** What of the list of dangers a move is. */
export const DANGER_OF: Partial<Record<MoveName, DangerName>> = {
  suspend: 'userSuspend',
  block: 'userBlock',
  reset: 'userReset',
  delete: 'userDelete',
};

export type MoveValues = {
  /** Tokens to add; negative takes away. */
  amount: number | '';
  kind: 'grant' | 'bonus' | 'compensation' | 'adjustment';
  limitMode: 'tokens' | 'unlimited' | 'inherit';
  limit: number | '';
  plan: string;
  department: string;
  name: string;
  email: string;
  /** `YYYY-MM-DD`, the last day of a suspension; empty for good. */
  until: string;
  reason: string;
};

/** No department: the API says null, a select needs a word. */
export const NO_DEPARTMENT = '-';

/** First parts of the keys of all queries that show what a move changes. */
export const STALE_OF_MOVE = ['user', 'stats', 'audit'];

/** What the form of a move begins with. */
export function moveValues(user: User): MoveValues {
  return {
    amount: '',
    kind: 'grant',
    limitMode: user.monthlyLimit === null ? 'unlimited' : 'tokens',
    limit: user.monthlyLimit ?? '',
    plan: user.plan,
    department: user.department ?? NO_DEPARTMENT,
    name: user.name,
    email: user.email ?? '',
    until: '',
    reason: '',
  };
}

export function limitOf({ limitMode, limit }: Pick<MoveValues, 'limitMode' | 'limit'>): LimitInput {
  if (limitMode === 'tokens') return Number(limit);
  return limitMode === 'unlimited' ? null : 'inherit';
}

interface MoveContext {
  readonly user: User;
  /** The user's own limit before. */
  readonly ownLimit: LimitInput;
  readonly t: TFunction<'users'>;
}

export function changeFor(move: MoveName, values: MoveValues, { user, ownLimit, t }: MoveContext): Change {
  const { reason } = values;
  const own = `/api/admin/users/${user.id}`;
  const seen = (fields: Partial<User>): Expected => ({ in: ['user'], id: user.id, fields });
  const post = (path: string, body: object, done: string, undo?: Change['undo']): Change => ({
    path: `${own}/${path}`,
    call: { method: 'POST', body },
    done,
    undo,
  });
  const put = (body: object, before: object, done: string): Change => ({
    path: own,
    // A name needs no reason, and an empty one is none.
    call: { method: 'PUT', body: reason === '' ? body : { ...body, reason } },
    done,
    undo: { path: own, call: { method: 'PUT', body: { ...before, reason: t('undoReason', { reason }) } } },
  });
  const name = user.name || user.email || user.id;
  const back = (path: string): Change['undo'] => ({
    path: `${own}/${path}`,
    call: { method: 'POST', body: { reason: undoReason } },
    expects: seen({ status: user.status }),
  });
  const undoReason = t('undoReason', { reason });

  switch (move) {
    case 'tokens': {
      const amount = Number(values.amount);
      const kind = amount < 0 ? 'adjustment' : values.kind;
      return post('tokens', { amount, reason, kind }, t('done.tokens', { name }), {
        path: `${own}/tokens`,
        call: { method: 'POST', body: { amount: -amount, reason: undoReason, kind: 'adjustment' } },
      });
    }
    case 'limit':
      return put({ monthlyLimit: limitOf(values) }, { monthlyLimit: ownLimit }, t('done.limit', { name }));
    case 'plan': {
      const next = { plan: values.plan, department: values.department === NO_DEPARTMENT ? null : values.department };
      const before = { plan: user.plan, department: user.department };
      return { ...put(next, before, t('done.plan', { name })), expects: seen(next) };
    }
    case 'edit': {
      const next = { name: values.name, ...(values.email === '' ? {} : { email: values.email }) };
      const before = { name: user.name, ...(user.email === null ? {} : { email: user.email }) };
      return { ...put(next, before, t('done.edit', { name })), expects: seen(next) };
    }
    case 'suspend': {
      const until = values.until === '' ? null : values.until;
      return {
        ...post('suspend', { reason, until }, t('done.suspend', { name }), back('activate')),
        expects: seen({ status: 'suspended' }),
      };
    }
    case 'block':
      return {
        ...post('block', { reason }, t('done.block', { name }), back('activate')),
        expects: seen({ status: 'blocked' }),
      };
    case 'activate': {
      const before = user.status === 'blocked' ? 'block' : user.status === 'suspended' ? 'suspend' : null;
      const undo = before === null ? undefined : back(before);
      return {
        ...post('activate', reason === '' ? {} : { reason }, t('done.activate', { name }), undo),
        expects: seen({ status: 'active' }),
      };
    }
    case 'reset':
      return post('reset-usage', { reason }, t('done.reset', { name }));
    case 'delete':
      return { path: own, call: { method: 'DELETE', query: { reason } }, done: t('done.delete', { name }) };
  }
}
