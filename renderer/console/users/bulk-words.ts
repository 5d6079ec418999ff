/** Pure: what a change of many users has done. */
import type { BulkAction, BulkAnswer } from '../../../gateway/contract/users.ts';
import { nameOf } from './name-of.ts';
import type { MoveWords } from './use-move-words.ts';

/** In the past tense: what each of them is now, who is one by name or how many. */
export function bulkWords(action: BulkAction, answer: BulkAnswer, words: MoveWords): string {
  const { t, format, planNames, departmentNames } = words;
  const whom = { count: answer.changed, who: whoOf(answer, words) };
  switch (action.kind) {
    case 'plan':
      return t('doneForMany.plan', { ...whom, plan: planNames.get(action.plan) ?? action.plan });
    case 'limit':
      return typeof action.monthlyLimit === 'number'
        ? t('doneForMany.limit', { ...whom, limit: format.exact(action.monthlyLimit) })
        : t('doneForMany.planLimit', whom);
    case 'department': {
      const { department } = action;
      if (department === null) return t('doneForMany.noDepartment', whom);
      return t('doneForMany.department', { ...whom, department: departmentNames.get(department) ?? department });
    }
    case 'tokens':
      return t('doneForMany.tokens', { ...whom, amount: format.signed(action.amount) });
    default:
      return t(`doneForMany.${action.kind}`, whom);
  }
}

/** That it was taken back, and for how many. */
export function bulkUndoneWords(answer: BulkAnswer, words: MoveWords): string {
  return words.t('doneForMany.undone', { count: answer.changed, who: whoOf(answer, words) });
}

function whoOf({ changed, changes }: BulkAnswer, { t, format }: MoveWords): string {
  const [only] = changes;
  if (changed === 1 && only) return nameOf(only);
  return t('common:users', { count: changed, formatted: format.exact(changed) });
}
