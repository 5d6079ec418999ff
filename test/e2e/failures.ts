/** What the console tells of answers that are of no field. */
import type { Failing } from './form-walk.ts';

export const FAILURES: readonly Failing[] = [
  { status: 403, says: ['Your role does not allow this.', 'Ask an owner or administrator.'] },
  { status: 404, says: ['It is not there any more.', 'Somebody may have removed it meanwhile.'] },
  { status: 409, says: ['Somebody else was faster.', 'Look at the new state and try again.'] },
  { status: 429, says: ['Too many calls at once.', 'It goes on in 7 s.'] },
  { status: 500, says: ['The gateway could not do it.', 'Try again; the cause is in its log.'] },
  { status: 0, says: ['The gateway does not answer.'] },
];
