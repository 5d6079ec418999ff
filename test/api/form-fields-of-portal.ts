/** The fields of the portal's forms, and what lies just beyond each. */
import { LONGEST, MOST_OF, RANGES } from '../../gateway/contract/bounds.ts';
import { beyond, type Form, text } from './form-field-kit.ts';

/** @param asked the ticket that waits for the user's word */
export function formsOfPortal(asked: string): Form[] {
  const by = 'user';
  return [
    {
      name: 'request for credits',
      by,
      call: ['POST', '/api/tokens/purchase'],
      body: { amount: 5_000, justification: 'Release week', urgency: 'high' },
      bad: {
        amount: [...beyond(RANGES.asked), undefined],
        justification: [...text(LONGEST.note), undefined],
        urgency: ['now'],
      },
    },
    {
      name: 'wish for another limit',
      by,
      call: ['POST', '/api/support/contact'],
      body: { kind: 'limit_change', amount: 5_000, message: 'I moved.' },
      bad: {
        kind: ['gift'],
        amount: beyond(RANGES.asked),
        message: [...text(LONGEST.message), undefined],
        requestId: ['req_1', `req_${'0'.repeat(32)}`],
      },
    },
    {
      name: 'reply',
      by,
      call: ['POST', `/api/me/requests/${asked}/reply`],
      body: { message: 'For the release.' },
      bad: { message: [...text(LONGEST.message), undefined] },
    },
    {
      name: 'own key',
      by,
      call: ['POST', '/api/me/keys'],
      body: { name: 'Laptop' },
      bad: { name: [...text(LONGEST.name), undefined] },
    },
    {
      name: 'preferences',
      by,
      call: ['PUT', '/api/me/preferences'],
      body: {},
      bad: {
        locale: ['fr'],
        thresholds: [[], [80, 60], Array.from({ length: MOST_OF.ownThresholds + 1 }, (_, index) => 60 + index)],
        'thresholds.0': beyond(RANGES.ownThreshold).map((share) => [share]),
      },
    },
    {
      name: 'mailed link',
      by,
      call: ['POST', '/api/portal/link'],
      body: { email: 'ana@example.com' },
      bad: { email: [...text(LONGEST.userEmail), 'nobody', 'ana@example', undefined], target: ['https://example.com'] },
    },
    {
      name: 'entry by key',
      by,
      call: ['POST', '/api/portal/enter'],
      body: {},
      bad: { key: [...text(LONGEST.personalKey), 'pk-sol-unknown'] },
    },
  ];
}
