/** Pure: what each move asks of the API, and what takes it back. */
import type { LimitInput, User } from '../../../gateway/contract/users.ts';
import type { Expected } from '../api/expected.ts';
import type { Change } from '../api/use-change.ts';
import type { DangerName } from '../safe-mode/dangers.ts';
import { nameOf } from './name-of.ts';
import type { MoveWords } from './use-move-words.ts';

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
  /** Epoch milliseconds of the end of a suspension before; null for good. */
  readonly suspendedUntil: number | null;
  readonly words: MoveWords;
}

export function changeFor(move: MoveName, values: MoveValues, context: MoveContext): Change {
  const { user, ownLimit, words } = context;
  const { t, format } = words;
  const { reason } = values;
  const own = `/api/admin/users/${user.id}`;
  const seen = (fields: Partial<User>): Expected => ({ in: ['user'], id: user.id, fields });
  const post = (path: string, body: object, done: Change['done'], undo?: Change['undo']): Change => ({
    path: `${own}/${path}`,
    call: { method: 'POST', body },
    done,
    undo,
  });
  const put = (body: object, before: object, done: Change['done'], undone?: Change['done']): Change => ({
    path: own,
    // A name needs no reason, and an empty one is none.
    call: { method: 'PUT', body: reason === '' ? body : { ...body, reason } },
    done,
    undo: { path: own, call: { method: 'PUT', body: { ...before, reason: undoReason } }, done: undone },
  });
  const name = nameOf(user);
  const undoReason = t('undoReason', { reason });
  const back = (path: 'suspend' | 'block' | 'activate', more: object = {}): Change['undo'] => ({
    path: `${own}/${path}`,
    call: { method: 'POST', body: { reason: undoReason, ...more } },
    expects: seen({ status: user.status }),
    done: t(`done.${path}`, { name }),
  });

  switch (move) {
    case 'tokens': {
      const amount = Number(values.amount);
      const kind = amount < 0 ? 'adjustment' : values.kind;
      const moved =
        (tokens: number) =>
        ({ credits }: User): string =>
          t('done.tokens', { name, amount: format.signed(tokens), credits: format.exact(credits) });
      return post('tokens', { amount, reason, kind }, moved(amount), {
        path: `${own}/tokens`,
        call: { method: 'POST', body: { amount: -amount, reason: undoReason, kind: 'adjustment' } },
        done: moved(-amount),
      });
    }
    case 'limit': {
      const limited = ({ monthlyLimit: limit }: User): string =>
        limit === null ? t('done.noLimit', { name }) : t('done.limit', { name, limit: format.exact(limit) });
      return put({ monthlyLimit: limitOf(values) }, { monthlyLimit: ownLimit }, limited, limited);
    }
    case 'plan': {
      const next = { plan: values.plan, department: values.department === NO_DEPARTMENT ? null : values.department };
      const before = { plan: user.plan, department: user.department };
      const placed = (from: Placing, to: Placing) => placeWords(name, from, to, words);
      return { ...put(next, before, placed(before, next), placed(next, before)), expects: seen(next) };
    }
    case 'edit': {
      const next = { name: values.name, ...(values.email === '' ? {} : { email: values.email }) };
      const before = { name: user.name, ...(user.email === null ? {} : { email: user.email }) };
      return { ...put(next, before, t('done.edit', { name })), expects: seen(next) };
    }
    case 'suspend': {
      const until = values.until === '' ? null : values.until;
      const day = until !== null && format.date(Date.parse(until), 'UTC');
      const done = day ? t('done.suspendUntil', { name, day }) : t('done.suspend', { name });
      return {
        ...post('suspend', { reason, until }, done, back('activate')),
        expects: seen({ status: 'suspended' }),
      };
    }
    case 'block':
      return {
        ...post('block', { reason }, t('done.block', { name }), back('activate')),
        expects: seen({ status: 'blocked' }),
      };
    case 'activate': {
      const undo =
        user.status === 'blocked'
          ? back('block')
          : user.status === 'suspended'
            ? back('suspend', { until: context.suspendedUntil })
            : undefined;
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

interface Placing {
  readonly plan: string;
  readonly department: string | null;
}

/** What of the two is another now. */
function placeWords(
  name: string,
  from: Placing,
  { plan, department }: Placing,
  { t, planNames, departmentNames }: MoveWords,
): string {
  const isOfDepartmentAlone = plan === from.plan && department !== from.department;
  const ofPlan = isOfDepartmentAlone ? [] : [t('done.plan', { name, plan: planNames.get(plan) ?? plan })];
  if (department === from.department) return ofPlan.join();
  const ofDepartment =
    department === null
      ? t('done.noDepartment', { name })
      : t('done.department', { name, department: departmentNames.get(department) ?? department });
  return [...ofPlan, ofDepartment].join(' ');
}
