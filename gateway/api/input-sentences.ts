/** Pure: what an input must be, in a sentence for whoever calls the API by hand. Screens tell it by the rule, in their language. */
import type { RefusalDetails } from '../ops/api-error.ts';
import type { Issue } from './input-rules.ts';

const OF_TYPE: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  number: 'a number',
  int: 'a whole number',
};

const NO_SENTENCE = 'is not valid';

/**
 * Behind the field's name: `must be a whole number`. What has no sentence here keeps the schema's own.
 *
 * @param details the rule that it broke, of `brokenRule`
 */
export function inputSentence(issue: Issue, { rule, values }: RefusalDetails): string {
  const least = values?.least;
  const most = values?.most;
  switch (rule) {
    case 'needed':
      return 'is needed';
    case 'number':
      return 'must be a number';
    case 'whole_number':
      return 'must be a whole number';
    case 'at_least':
      return `must be at least ${least}`;
    case 'at_most':
      return `must be at most ${most}`;
    case 'above':
      return `must be greater than ${least}`;
    case 'below':
      return `must be less than ${most}`;
    case 'too_short':
      return `must have at least ${least} characters`;
    case 'too_long':
      return `must have at most ${most} characters`;
    case 'too_few':
      return `must have at least ${least} entries`;
    case 'too_many':
      return `must have at most ${most} entries`;
    case 'email':
      return 'must be an e-mail address';
    case 'url':
      return 'must be a whole address, such as https://example.com';
    case 'not_offered':
      return offered(issue);
    default:
      return ofType(issue);
  }
}

function offered({ params, message = NO_SENTENCE }: Issue): string {
  const { values } = params as { values?: unknown };
  if (!Array.isArray(values) || values.length === 0) return message;
  return values.length === 1 ? `must be ${values[0]}` : `must be one of ${values.join(', ')}`;
}

function ofType({ keyword, params, message = NO_SENTENCE }: Issue): string {
  const { expected } = params as { expected?: unknown };
  const type = keyword === 'invalid_type' && typeof expected === 'string' ? OF_TYPE[expected] : undefined;
  return type === undefined ? message : `must be ${type}`;
}
