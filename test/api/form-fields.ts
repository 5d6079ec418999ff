/** The fields that forms have rules for, and what lies just beyond each, for a look at whether the API refuses that too. */
import { LONGEST, MOST_OF, RANGES, SHORTEST_PASSWORD } from '../../gateway/contract/bounds.ts';
import { beyond, type Form, longer, text } from './form-field-kit.ts';
import { formsOfPortal } from './form-fields-of-portal.ts';

const reasons = text(LONGEST.reason);
const codes = ['', '12345', '1234567', 'abcdef', undefined];
/** Where a recovery code would do as well. */
const signInCodes = ['k7pm-2xqd-9r4t-hw3', 'k7pm-2xqd-9r4t-hw3c9', 'k7pm_2xqd_9r4t_hw3c', ...codes];
const passwords = ['x'.repeat(SHORTEST_PASSWORD - 1), ...longer(LONGEST.password), undefined];

const factors = [RANGES.tierFactor.least - 1, RANGES.tierFactor.most + 1, 'many', 0.000_000_1];

const renew = { belowPercent: 5, tokens: 10, timesPerMonth: 1 };

/** The fields that forms have rules for, with what lies just beyond them. */
export function formFields(ids: {
  user: string;
  key: string;
  ticket: string;
  department: string;
  upstream: string;
  asked: string;
}): Form[] {
  const user = `/api/admin/users/${ids.user}`;
  return [
    {
      name: 'new plan',
      call: ['POST', '/api/admin/plans'],
      body: { id: 'gold', name: 'Gold', reason: 'test', rateLimit: { perMinute: 1, concurrent: 1 }, autoRenew: renew },
      bad: {
        id: ['two words', '', 'x'.repeat(65)],
        name: text(LONGEST.name),
        'thresholds.0': beyond(RANGES.threshold).map((share) => [share]),
        thresholds: [[], [95, 80], Array.from({ length: MOST_OF.thresholds + 1 }, (_, index) => index + 1)],
        'allowedModels.0': text(LONGEST.modelPattern).map((pattern) => [pattern]),
        allowedModels: [Array.from({ length: MOST_OF.allowedModels + 1 }, (_, index) => `m${index}`)],
        'rateLimit.perMinute': beyond(RANGES.perMinute),
        'rateLimit.concurrent': beyond(RANGES.concurrent),
        'autoRenew.belowPercent': beyond(RANGES.renewBelow),
        'autoRenew.tokens': beyond(RANGES.grant),
        'autoRenew.timesPerMonth': beyond(RANGES.renewTimes),
        answerHours: beyond(RANGES.answerHours),
        monthlyLimit: beyond(RANGES.tokens),
        reason: reasons,
      },
    },
    {
      name: 'plan',
      call: ['PUT', '/api/admin/plans/basic'],
      body: { name: 'Basic', reason: 'test' },
      bad: { name: text(LONGEST.name), monthlyLimit: beyond(RANGES.tokens), reason: reasons },
    },
    {
      name: 'department',
      call: ['PUT', `/api/admin/departments/${ids.department}`],
      body: { name: 'Sales', reason: 'test' },
      bad: {
        name: text(LONGEST.name),
        capTokens: beyond(RANGES.tokens),
        capMicroUsd: beyond(RANGES.microUsd),
        reason: reasons,
      },
    },
    {
      name: 'new model',
      call: ['POST', '/api/admin/models'],
      body: {
        id: 'gpt-x',
        price: { inputMicroUsd: 1, outputMicroUsd: 1, feesMicroUsd: {}, tierFactors: {} },
        units: {},
        reason: 'test',
      },
      bad: {
        id: text(LONGEST.modelPattern),
        multiplier: [RANGES.multiplier.least - 1, RANGES.multiplier.most + 1, 'many', 0.000_000_1],
        maxOutputTokens: beyond(RANGES.maxOutput),
        'price.inputMicroUsd': beyond(RANGES.microUsd),
        'price.outputMicroUsd': beyond(RANGES.microUsd),
        'price.cachedInputMicroUsd': beyond(RANGES.microUsd),
        'price.feesMicroUsd.webSearches': beyond(RANGES.microUsd),
        'price.feesMicroUsd.fileSearches': beyond(RANGES.microUsd),
        'price.feesMicroUsd.mapSearches': beyond(RANGES.microUsd),
        'price.feesMicroUsd.requests': beyond(RANGES.microUsd),
        'price.tierFactors.flex': factors,
        'price.tierFactors.priority': factors,
        'units.image': beyond(RANGES.unitTokens),
        'units.audioSecond': beyond(RANGES.unitTokens),
        'units.character': beyond(RANGES.unitTokens),
        reason: reasons,
      },
    },
    {
      name: 'user',
      call: ['PUT', user],
      body: { reason: 'test' },
      bad: {
        name: longer(LONGEST.name),
        email: ['', ...longer(LONGEST.userEmail), 'nobody'],
        monthlyLimit: beyond(RANGES.tokens),
        plan: ['', 'no-such-plan'],
        department: ['', 'no-such-department'],
        reason: reasons,
      },
    },
    {
      name: 'tokens of a user',
      call: ['POST', `${user}/tokens`],
      body: { amount: 5, reason: 'test' },
      bad: { amount: [...beyond(RANGES.move), 0], kind: ['gift'], reason: [...reasons, undefined] },
    },
    {
      name: 'suspension',
      call: ['POST', `${user}/suspend`],
      body: { reason: 'test' },
      bad: { until: [0, 'tomorrow'], reason: [...reasons, undefined] },
    },
    {
      name: 'setting back',
      call: ['POST', `${user}/reset-usage`],
      body: { reason: 'test' },
      bad: { reason: [...reasons, undefined] },
    },
    {
      name: 'letter',
      call: ['POST', `${user}/message`],
      body: { subject: 'Hello', body: 'Hello.' },
      bad: { subject: text(LONGEST.subject), body: text(LONGEST.mailBody) },
    },
    {
      name: 'many users',
      call: ['POST', '/api/admin/users/bulk'],
      body: { ids: [ids.user], action: { kind: 'block' }, reason: 'test' },
      bad: { reason: [...reasons, undefined], ids: [[], undefined] },
    },
    {
      name: 'service key',
      call: ['PUT', `/api/admin/keys/${ids.key}`],
      body: { name: 'chat', headers: { email: [], id: [], name: [] } },
      bad: {
        name: text(LONGEST.name),
        'headers.email.0': [['no(header'], ['authorization'], longer(LONGEST.headerName)],
        'headers.email': [Array.from({ length: MOST_OF.headerNames + 1 }, (_, index) => `x-${index}`)],
        newUsersPerHour: beyond(RANGES.newUsersPerHour),
        unnamedUserId: ['', 'usr_nobody'],
      },
    },
    {
      name: 'upstream',
      call: ['PUT', `/api/admin/upstreams/${ids.upstream}`],
      body: { timeouts: {} },
      bad: {
        name: text(LONGEST.name),
        baseUrl: ['api.example.com', 'ftp://api.example.com', ...longer(LONGEST.url)],
        apiKey: text(LONGEST.apiKey),
        models: [[]],
        'models.0': text(LONGEST.modelPattern).map((pattern) => [pattern]),
        position: beyond(RANGES.position),
        weight: beyond(RANGES.weight),
        'timeouts.connectMs': beyond(RANGES.timeLimit),
        'timeouts.headersMs': beyond(RANGES.timeLimit),
        'timeouts.idleMs': beyond(RANGES.timeLimit),
        caCertificate: ['', 'no certificate'],
      },
    },
    {
      name: 'new operator',
      call: ['POST', '/api/admin/operators'],
      body: { email: 'second@example.com', name: 'Second', role: 'viewer', password: 'long enough to pass' },
      bad: {
        email: ['nobody', '', `${'x'.repeat(LONGEST.operatorEmail)}@example.com`, 'owner@example.com'],
        name: longer(LONGEST.operatorName),
        role: ['king', undefined],
        password: passwords,
        locale: ['fr'],
      },
    },
    {
      name: 'token',
      call: ['POST', '/api/admin/tokens'],
      body: { name: 'script', role: 'viewer' },
      bad: { name: text(LONGEST.operatorName), role: ['king', undefined], expiresAt: [1, 'never'] },
    },
    {
      name: 'saved view',
      call: ['POST', '/api/admin/views'],
      body: { list: 'users', name: 'Pro', search: 'plan=pro' },
      bad: { name: text(LONGEST.viewName), list: ['operators'], shared: ['yes', 1] },
    },
    {
      name: 'approval',
      call: ['POST', `/api/admin/requests/${ids.ticket}/approve`],
      body: { amount: 10, payment: { method: 'PIX', amount: 5 } },
      bad: {
        amount: beyond(RANGES.grant),
        note: text(LONGEST.note),
        'payment.method': text(LONGEST.paymentMethod),
        'payment.amount': [RANGES.paid.least - 1, RANGES.paid.most + 1],
      },
    },
    {
      name: 'rejection',
      call: ['POST', `/api/admin/requests/${ids.ticket}/reject`],
      body: { reason: 'No.' },
      bad: { reason: [...reasons, undefined] },
    },
    {
      name: 'question back',
      call: ['POST', `/api/admin/requests/${ids.ticket}/ask`],
      body: { message: 'What for?' },
      bad: { message: text(LONGEST.message) },
    },
    {
      name: 'key of an approver',
      call: ['POST', '/api/admin/packets/keys'],
      body: { operatorId: 'opr_x', publicKey: 'A'.repeat(43), fingerprint: 'x', name: 'laptop' },
      bad: {
        name: text(LONGEST.name),
        publicKey: text(LONGEST.publicKey),
        operatorId: [''],
        fingerprint: ['', 'another'],
      },
    },
    {
      name: 'test of mail',
      call: ['POST', '/api/admin/mail/test'],
      body: {},
      bad: { to: ['nobody', 'a@b', ...longer(LONGEST.operatorEmail)] },
    },
    {
      name: 'import',
      call: ['POST', '/api/admin/users/import'],
      body: { csv: 'email\nx@example.com\n', reason: 'test' },
      bad: { csv: ['', ...longer(LONGEST.table)], reason: reasons },
    },
    {
      name: 'sign-in',
      call: ['POST', '/api/auth/login'],
      body: { email: 'owner@example.com', password: 'x' },
      bad: {
        email: ['', ' ', ...longer(LONGEST.operatorEmail), undefined],
        password: ['', ...longer(LONGEST.password), undefined],
        totp: signInCodes.slice(0, -1),
      },
    },
    {
      name: 'password',
      call: ['POST', '/api/auth/password'],
      body: { current: 'x', next: 'long enough to pass' },
      bad: { current: ['', ...longer(LONGEST.password)], next: passwords },
    },
    {
      name: 'one-time codes',
      call: ['POST', '/api/auth/totp/confirm'],
      body: { password: 'x', secret: 'A'.repeat(32), code: '123456' },
      bad: { password: ['', ...longer(LONGEST.password)], secret: ['', 'short', undefined], code: codes },
    },
    {
      name: 'one-time codes, off',
      call: ['POST', '/api/auth/totp/disable'],
      body: { password: 'x', code: '123456' },
      bad: { password: ['', ...longer(LONGEST.password)], code: signInCodes },
    },
    {
      name: 'new recovery codes',
      call: ['POST', '/api/auth/totp/recovery-codes'],
      body: { password: 'x', code: '123456' },
      bad: { password: ['', ...longer(LONGEST.password)], code: signInCodes },
    },
    {
      name: 'password before something dangerous',
      call: ['POST', '/api/auth/confirm'],
      body: {},
      bad: { password: ['', ...longer(LONGEST.password)] },
    },
    {
      name: 'move to another database',
      call: ['POST', '/api/admin/migrate'],
      body: {},
      bad: { to: [...text(LONGEST.url), 'mysql://somewhere', 'postgres://', 'postgres://host', 'sqlite:', undefined] },
    },
    {
      name: 'settings',
      call: ['PUT', '/api/admin/settings'],
      body: {},
      isFlat: true,
      bad: {
        timeZone: ['Mars/Olympus'],
        publicUrl: ['example.com'],
        currency: ['real'],
        pricePerMillion: [0, 'many'],
        exchangeRate: [0],
        creditsEmail: ['nobody'],
        defaultMonthlyLimit: [-1],
        'policy.outputCap': [1],
        'policy.allowedEmailDomains': [['nodot']],
        'policy.quotaReply': ['418'],
        'smtp.port': [0, 70_000],
        'smtp.from': ['nobody'],
        'identityHeaders.email': [['no(header']],
        bodyLimit: [1],
        'backup.schedule': ['at night'],
        'backup.keepDaily': [0],
        'quality.successPercent': [101],
        safeMode: ['never'],
      },
    },
    {
      name: 'export of requests',
      call: ['POST', '/api/admin/packets/export'],
      body: {},
      bad: { hours: [0, 10_000, 'many'] },
    },
    ...formsOfPortal(ids.asked),
  ];
}
