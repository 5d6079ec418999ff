/** Every form of the console with what it refuses, before and after the gateway. */
import type { Page } from 'playwright-core';
import type { en } from '../../renderer/console/i18n/catalogues.ts';
import type { FormCase } from './form-walk.ts';

/** Longer than any line may be. */
const LONG = 'x'.repeat(501);
const TOO_MANY = '9000000000000';

const drawer = (part: string, open: string) => `/plans?part=${part}&open=${encodeURIComponent(open)}`;
const section = (name: string, open?: string) =>
  `/settings?section=${name}${open === undefined ? '' : `&open=${encodeURIComponent(open)}`}`;

export interface CaseIds {
  readonly user: string;
  readonly ticket: string;
  readonly key: string;
}

/** @param words of the page's own language */
export function formCases({ users, settings }: Pick<typeof en, 'users' | 'settings'>, ids: CaseIds): FormCase[] {
  const button = (name: string) => (page: Page) => page.getByRole('button', { name, exact: true }).click();
  const choose = (label: string) => async (page: Page) => {
    await button(users.actions)(page);
    await page.getByRole('menuitem', { name: label, exact: true }).click();
  };
  const move = (name: keyof typeof users.moves) => choose(users.moves[name]);
  const ofUser = `/users?user=${ids.user}`;
  const decide = (key: string) => async (page: Page) => {
    await page.getByText('The month is long.').first().waitFor();
    await page.keyboard.press(key);
  };
  return [
    {
      name: 'new plan',
      path: drawer('plans', '+'),
      bad: {
        id: 'two words',
        name: LONG,
        monthlyLimit: { number: TOO_MANY },
        thresholds: { tags: ['101'] },
        perMinute: '0',
        concurrent: '100001',
        answerHours: '721',
        reason: LONG,
      },
      good: {
        id: 'gold',
        name: 'Gold',
        monthlyLimit: { number: '5' },
        perMinute: '1',
        concurrent: '1',
        thresholds: { tags: [''] },
        answerHours: '1',
        reason: 'x',
      },
      refused: {
        id: 'id',
        name: 'name',
        monthlyLimit: 'monthlyLimit',
        'thresholds.0': 'thresholds',
        'rateLimit.perMinute': 'perMinute',
        'rateLimit.concurrent': 'concurrent',
        answerHours: 'answerHours',
        reason: 'reason',
      },
    },
    {
      name: 'plan',
      path: drawer('plans', 'basic'),
      async open(page) {
        await page.locator('[data-path=allowsAll]').click();
        await page.locator('[data-path=renews]').click();
      },
      bad: {
        name: ' ',
        allowedModels: '',
        belowPercent: '100',
        renewTokens: '',
        timesPerMonth: '32',
        reason: ' ',
      },
      good: {
        name: 'Basic',
        allowedModels: { tags: ['gpt-4o'] },
        belowPercent: '5',
        renewTokens: '10',
        timesPerMonth: '1',
        reason: 'x',
      },
      refused: {
        'allowedModels.0': 'allowedModels',
        'autoRenew.belowPercent': 'belowPercent',
        'autoRenew.tokens': 'renewTokens',
        'autoRenew.timesPerMonth': 'timesPerMonth',
      },
    },
    {
      name: 'new department',
      path: drawer('departments', '+'),
      bad: { name: ' ', capTokens: { number: '' }, capUsd: { number: '1000001' }, reason: LONG },
      good: { name: 'Sales', capTokens: '100', capUsd: '10', reason: '' },
      refused: { name: 'name', capTokens: 'capTokens', capMicroUsd: 'capUsd', reason: 'reason' },
    },
    {
      name: 'new model',
      path: drawer('models', '+'),
      async open(page) {
        await page.locator('[data-path=hasPrice]').click();
        await page.locator('[data-path=hasUnits]').click();
      },
      bad: {
        id: '',
        multiplier: '1001',
        maxOutputTokens: { number: '0' },
        input: '',
        output: '1000001',
        cachedInput: '1000001',
        image: '10000001',
        audioSecond: '10000001',
        character: '10000001',
        reason: LONG,
      },
      good: {
        id: 'gpt-x*',
        multiplier: '2',
        maxOutputTokens: '10',
        input: '1',
        output: '1',
        cachedInput: '',
        image: '1',
        audioSecond: '1',
        character: '1',
        reason: '',
      },
      refused: {
        id: 'id',
        multiplier: 'multiplier',
        maxOutputTokens: 'maxOutputTokens',
        'price.inputMicroUsd': 'input',
        'price.outputMicroUsd': 'output',
        'price.cachedInputMicroUsd': 'cachedInput',
        'units.image': 'image',
        'units.audioSecond': 'audioSecond',
        'units.character': 'character',
        reason: 'reason',
      },
    },
    {
      name: 'tokens of a user',
      path: ofUser,
      open: move('tokens'),
      bad: { amount: '0', reason: ' ' },
      good: { amount: '10', reason: 'x' },
      refused: { amount: 'amount', kind: 'kind', reason: 'reason' },
    },
    {
      name: 'limit of a user',
      path: ofUser,
      open: move('limit'),
      bad: { limit: TOO_MANY, reason: LONG },
      good: { limit: '10', reason: 'x' },
      refused: { monthlyLimit: 'limit', reason: 'reason' },
    },
    {
      name: 'plan of a user',
      path: ofUser,
      open: move('plan'),
      bad: { reason: '' },
      good: { reason: 'x' },
      refused: { plan: 'plan', department: 'department', reason: 'reason' },
    },
    {
      name: 'name and address of a user',
      path: ofUser,
      open: move('edit'),
      bad: { name: LONG, email: ' ', reason: LONG },
      good: { name: 'Ana', email: 'ana.lima@example.com', reason: '' },
      refused: { name: 'name', email: 'email', reason: 'reason' },
    },
    {
      name: 'suspension',
      path: ofUser,
      open: move('suspend'),
      bad: { until: '2020-01-01', reason: '' },
      good: { until: '', reason: 'x' },
      refused: { until: 'until', reason: 'reason' },
    },
    {
      name: 'deletion of a user',
      path: ofUser,
      open: move('delete'),
      bad: { reason: '' },
      good: { reason: 'x' },
      refused: { reason: 'reason' },
    },
    {
      name: 'letter to a user',
      path: ofUser,
      open: choose(users.write.open),
      bad: { subject: 'x'.repeat(151), body: ' ' },
      good: { subject: 'Hello', body: 'Hello.' },
      refused: { subject: 'subject', body: 'body' },
    },
    {
      name: 'many users',
      path: '/users',
      async open(page) {
        await page.locator('tbody input[type=checkbox]').first().click();
        const bar = page.getByRole('region', { name: users.bulk.what });
        await bar.getByRole('button', { name: users.actions }).click();
      },
      bad: { plan: null, reason: ' ' },
      good: { plan: { pick: 0 }, reason: 'x' },
      refused: { 'action.plan': 'plan', reason: 'reason' },
    },
    {
      name: 'import of users',
      path: '/users',
      open: button(users.import.open),
      bad: { csv: ' ' },
      good: { csv: 'email\nana@example.com\n' },
      refused: { csv: 'csv' },
    },
    {
      name: 'saved view',
      path: '/users?plan=pro',
      open: button(users.saved.keep),
      bad: { name: 'x'.repeat(61) },
      good: { name: 'Pro' },
      refused: { name: 'name' },
    },
    {
      name: 'approval of another amount',
      path: `/requests?request=${ids.ticket}`,
      open: decide('e'),
      bad: { amount: '', text: 'x'.repeat(2_001), method: '', paid: '9000000000' },
      good: { amount: '10', text: '', method: 'PIX', paid: '5' },
      refused: { amount: 'amount', note: 'text', 'payment.method': 'method', 'payment.amount': 'paid' },
    },
    {
      name: 'rejection',
      path: `/requests?request=${ids.ticket}`,
      open: decide('r'),
      bad: { text: LONG },
      good: { text: 'No.' },
      refused: { reason: 'text' },
    },
    {
      name: 'question back',
      path: `/requests?request=${ids.ticket}`,
      open: decide('b'),
      bad: { text: ' ' },
      good: { text: 'What for?' },
      refused: { message: 'text' },
    },
    {
      name: 'new upstream',
      path: section('upstreams', '+'),
      bad: {
        name: LONG,
        baseUrl: 'api.example.com',
        apiKey: 'x'.repeat(4_001),
        aliases: { tags: ['one-sided'] },
        position: '10001',
        weight: '',
        connectSeconds: '0',
        headersSeconds: '4000',
        idleSeconds: '4000',
        caCertificate: 'no certificate',
      },
      good: {
        name: 'one',
        baseUrl: 'https://api.example.com/v1',
        apiKey: '',
        aliases: { tags: [''] },
        position: '1',
        weight: '1',
        connectSeconds: '1',
        headersSeconds: '1',
        idleSeconds: '1',
        caCertificate: '',
      },
      refused: {
        name: 'name',
        baseUrl: 'baseUrl',
        apiKey: 'apiKey',
        'models.0': 'models',
        'aliases.a': 'aliases',
        position: 'position',
        weight: 'weight',
        'timeouts.connectMs': 'connectSeconds',
        'timeouts.headersMs': 'headersSeconds',
        'timeouts.idleMs': 'idleSeconds',
        caCertificate: 'caCertificate',
      },
    },
    {
      name: 'service key',
      path: section('keys', ids.key),
      open: (page) => page.locator('[data-path=ownHeaders]').click(),
      bad: {
        name: ' ',
        email: { tags: ['no(header'] },
        id: { tags: ['no(header'] },
        nameHeaders: { tags: ['no(header'] },
        newUsersPerHour: { number: '1000001' },
      },
      good: {
        name: 'chat',
        email: { tags: [''] },
        id: { tags: [''] },
        nameHeaders: { tags: [''] },
        newUsersPerHour: '5',
      },
      refused: { name: 'name' },
    },
    {
      name: 'new service key',
      path: section('keys', '+'),
      open: (page) => page.locator('[data-path=ownHeaders]').click(),
      bad: { name: LONG, newUsersPerHour: { number: '' } },
      good: { name: 'chat', newUsersPerHour: '5' },
      refused: {
        name: 'name',
        'headers.email.0': 'email',
        'headers.id.0': 'id',
        'headers.name.0': 'nameHeaders',
        newUsersPerHour: 'newUsersPerHour',
        unnamedUserId: 'unnamedUserId',
      },
    },
    {
      name: 'new operator',
      path: section('operators', '+'),
      bad: { email: 'nobody', name: LONG, password: 'short' },
      good: { email: 'second@example.com', name: 'Second', password: 'long enough to pass' },
      refused: { email: 'email', name: 'name', role: 'role', locale: 'locale', password: 'password' },
    },
    {
      name: 'key of an approver',
      path: section('operators', '+key'),
      bad: { operatorId: null, name: LONG, publicKey: 'x' },
      good: { operatorId: { pick: 0 }, name: 'laptop', publicKey: 'A'.repeat(43), compared: true },
      refused: { operatorId: 'operatorId', name: 'name', publicKey: 'publicKey', fingerprint: 'publicKey' },
    },
    {
      name: 'password',
      path: section('account'),
      bad: { current: '', next: 'short', again: 'other' },
      good: { current: 'correct horse battery', next: 'long enough to pass', again: 'long enough to pass' },
      refused: { current: 'current', next: 'next' },
    },
    {
      name: 'token',
      path: section('account'),
      bad: { name: ' ' },
      good: { name: 'script' },
      refused: { name: 'name', role: 'role', expiresAt: 'life' },
    },
    {
      name: 'general settings',
      path: section('general'),
      bad: {
        timeZone: 'Mars/Olympus',
        publicUrl: 'example.com',
        currency: 'real',
        pricePerMillion: '0',
        exchangeRate: '0',
        exchangeRateDate: 'yesterday',
        creditsEmail: 'nobody',
      },
      good: {
        timeZone: 'America/Sao_Paulo',
        publicUrl: 'https://ia.example.com',
        currency: 'EUR',
        pricePerMillion: '1',
        exchangeRate: '1',
        exchangeRateDate: '2026-11-20',
        creditsEmail: 'ia@example.com',
      },
      refused: { timeZone: 'timeZone', creditsEmail: 'creditsEmail' },
      ownWords: true,
    },
    {
      name: 'policy',
      path: section('policy'),
      bad: {
        defaultMonthlyLimit: { number: '' },
        conversionFactor: '1001',
        'policy.outputCap': '1',
        alertThreshold: '2',
        blockThreshold: '0',
        'policy.allowedEmailDomains': { tags: ['nodot'] },
        'policy.newUsersPerHour': '',
        'anomalies.limitPerMinute': '0',
        'anomalies.limitMinutes': '10081',
      },
      good: {
        defaultMonthlyLimit: '100',
        conversionFactor: '2',
        'policy.outputCap': '1000',
        alertThreshold: '1',
        blockThreshold: '1',
        'policy.allowedEmailDomains': { tags: ['', 'example.com'] },
        'policy.newUsersPerHour': '5',
        'anomalies.limitPerMinute': '5',
        'anomalies.limitMinutes': '5',
      },
      refused: { minUserLimit: 'minUserLimit', 'policy.outputCap': 'policy.outputCap' },
      ownWords: true,
    },
    {
      name: 'mail server',
      path: section('mail'),
      bad: { 'smtp.port': '70000', 'smtp.from': 'nobody' },
      good: { 'smtp.port': '25', 'smtp.from': 'ia@example.com' },
      refused: { 'smtp.host': 'smtp.host', 'smtp.port': 'smtp.port' },
      ownWords: true,
    },
    {
      name: 'identity headers',
      path: section('identity'),
      bad: { 'identityHeaders.email': { tags: ['no(header'] } },
      good: { 'identityHeaders.email': { tags: ['', 'x-mail'] } },
      refused: { 'identityHeaders.email': 'identityHeaders.email' },
      ownWords: true,
    },
    {
      name: 'network',
      path: section('network'),
      bad: { bodyLimit: '1', upstreamCheckSeconds: '3601' },
      good: { bodyLimit: '2048', upstreamCheckSeconds: '10' },
      refused: { networkHosts: 'networkHosts', bodyLimit: 'bodyLimit' },
      ownWords: true,
    },
    {
      name: 'schedule of backups',
      path: section('backups'),
      bad: { 'backup.schedule': 'at night', 'backup.keepDaily': '0' },
      good: { 'backup.schedule': '0 4 * * *', 'backup.keepDaily': '3' },
      refused: { 'backup.folder': 'backup.folder' },
      ownWords: true,
    },
    {
      name: 'retention',
      path: section('data'),
      bad: { usageRetentionDays: { number: '3' } },
      good: { usageRetentionDays: '40' },
      refused: { usageRetentionDays: 'usageRetentionDays' },
      ownWords: true,
    },
    {
      name: 'targets of quality',
      path: '/reports?part=quality&open=targets',
      bad: { 'quality.successPercent': '101', 'quality.decisionHours': '0' },
      good: { 'quality.successPercent': '99', 'quality.decisionHours': '4' },
      refused: { 'quality.successPercent': 'quality.successPercent' },
      ownWords: true,
    },
    {
      name: 'maintenance',
      path: section('general'),
      open: button(settings.maintenance.begin),
      bad: { message: '{braces}', until: '2020-01-01T00:00' },
      good: { message: 'Back at four.', until: '' },
      refused: { 'maintenance.message': 'message', 'maintenance.until': 'until' },
    },
    {
      name: 'first upstream',
      path: '/setup?step=upstream',
      bad: { baseUrl: 'example', apiKey: '' },
      good: { baseUrl: 'https://api.example.com/v1', apiKey: 'sk-x' },
      refused: { baseUrl: 'baseUrl', apiKey: 'apiKey' },
    },
    {
      name: 'administrator of the set-up',
      path: '/setup?step=administrator',
      bad: { name: LONG, email: 'admin@localhost' },
      good: { name: 'Ana', email: 'ana@example.com' },
      refused: { name: 'name', email: 'email' },
    },
    {
      name: 'plan of the set-up',
      path: '/setup?step=plan',
      bad: { monthlyLimit: { number: '' } },
      good: { monthlyLimit: '100' },
      refused: { monthlyLimit: 'monthlyLimit' },
    },
  ];
}
