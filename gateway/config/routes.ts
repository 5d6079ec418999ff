/** `/api/admin/settings`. */
import { actorOf } from '../api/access.ts';
import type { ApiApp } from '../api/api-app.ts';
import type { GatewayContext } from '../context.ts';
import {
  changeSettingsBody,
  displaySchema,
  quotaSentenceQuery,
  quotaSentenceSchema,
  retentionPreviewQuery,
  retentionPreviewSchema,
  settingList,
  settingParams,
} from '../contract/settings.ts';
import { placesToAsk, quotaSentence } from '../proxy/quota-reply.ts';
import { cutOffOf } from '../retention/cut-off.ts';
import { countOldRecords } from '../retention/old-records.ts';

const tags = ['Settings'];
const config = { access: 'admin' } as const;
/** The setting that guards itself. */
const SAFE_MODE = 'safeMode';
/** What it lets go is gone. */
const RETENTION = 'usageRetentionDays';
/** Where the default is no limit, which nobody uses up. */
const EXAMPLE_LIMIT = 1_000_000;

export async function registerSettingRoutes(app: ApiApp, context: GatewayContext): Promise<void> {
  const { settings } = context;
  const describe = async () => settingList.parse({ items: settings.describe() });

  app.get('/api/admin/settings', {
    config,
    schema: { tags, summary: 'All settings and where they come from', response: { 200: settingList } },
    handler: describe,
  });

  app.get('/api/admin/display', {
    config: { access: 'viewer' },
    schema: { tags, summary: 'How money is shown', response: { 200: displaySchema } },
    async handler() {
      const { currency, exchangeRate, exchangeRateDate } = settings.current();
      return {
        currency,
        exchangeRate: exchangeRate === null ? null : exchangeRate / 1_000_000,
        exchangeRateDate,
      };
    },
  });

  app.get('/api/admin/settings/quota-sentence', {
    config,
    schema: {
      tags,
      summary: 'What people read when their tokens of the month are used up',
      querystring: quotaSentenceQuery,
      response: { 200: quotaSentenceSchema },
    },
    async handler({ query }) {
      const current = settings.current();
      const { timeZone, locale, defaultMonthlyLimit, blockThreshold } = current;
      const whole = query.monthlyLimit ?? defaultMonthlyLimit ?? EXAMPLE_LIMIT;
      const limit = Math.floor(whole * (query.blockThreshold ?? blockThreshold / 1_000_000));
      const now = context.clock.now();
      const period = context.calendar().period(now);
      const balance = { limit, usedMonthly: limit, usedCredits: 0, credits: 0, held: 0, available: 0 };
      const places = placesToAsk(current);
      return { sentence: quotaSentence({ balance, period, timeZone, now, locale, sharedBy: null, ...places }) };
    },
  });

  app.get('/api/admin/settings/retention-preview', {
    config,
    schema: {
      tags,
      summary: 'How many usage records a retention would delete',
      querystring: retentionPreviewQuery,
      response: { 200: retentionPreviewSchema },
    },
    async handler({ query }) {
      const cutOff = cutOffOf(context, query.days);
      return { ...(await countOldRecords(context, cutOff)), before: cutOff.day };
    },
  });

  /** To ask for less care, and to keep less than now. */
  const isDangerous = (body: object): boolean => {
    if (SAFE_MODE in body) return true;
    const days = RETENTION in body ? body[RETENTION] : null;
    return typeof days === 'number' && days < (settings.current().usageRetentionDays ?? Infinity);
  };

  app.put('/api/admin/settings', {
    config: { ...config, dangerous: ({ body }) => isDangerous(body as object) },
    schema: { tags, summary: 'Store settings', body: changeSettingsBody, response: { 200: settingList } },
    async handler(request) {
      await settings.set(request.body, actorOf(request));
      return describe();
    },
  });

  app.delete('/api/admin/settings/:key', {
    config: { ...config, dangerous: ({ params }) => (params as { key: string }).key === SAFE_MODE },
    schema: {
      tags,
      summary: 'Forget what is stored of a setting, so that its default applies again',
      params: settingParams,
      response: { 200: settingList },
    },
    async handler(request) {
      await settings.reset([request.params.key], actorOf(request));
      return describe();
    },
  });
}
