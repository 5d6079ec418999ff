/** `/api/admin/settings`. */
import { actorOf } from '../api/access.ts';
import type { ApiApp } from '../api/api-app.ts';
import type { GatewayContext } from '../context.ts';
import { changeSettingsBody, displaySchema, settingList, settingParams } from '../contract/settings.ts';

const tags = ['Settings'];
const config = { access: 'admin' } as const;

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

  app.put('/api/admin/settings', {
    config,
    schema: { tags, summary: 'Store settings', body: changeSettingsBody, response: { 200: settingList } },
    async handler(request) {
      await settings.set(request.body, actorOf(request));
      return describe();
    },
  });

  app.delete('/api/admin/settings/:key', {
    config,
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
