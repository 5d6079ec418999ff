import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import i18next from 'i18next';
import type { Setting } from '../../gateway/contract/settings.ts';
import { percentOf, shareOf } from '../../renderer/console/format/percents.ts';
import { en } from '../../renderer/console/i18n/en/catalogue.ts';
import { settingProblem } from '../../renderer/console/settings/setting-problem.ts';

before(() => i18next.init({ lng: 'en', resources: { en }, interpolation: { escapeValue: false } }));

test('shares are typed as percents, and come back as they were', () => {
  for (const [share, percent] of [
    [0.8, 80],
    [0.95, 95],
    [0.07, 7],
    [0.285, 28.5],
    [1, 100],
  ] as const) {
    assert.equal(percentOf(share), percent);
    assert.equal(shareOf(percent), share);
  }
});

test('what is wrong with a share is told in percents', () => {
  const rule = { least: 0, above: null, most: 1, needed: true, longest: null, format: null };
  const setting = { key: 'alertThreshold', kind: 'decimal', rule } as unknown as Setting;
  assert.equal(settingProblem(setting, 0.8), null);
  assert.match(settingProblem(setting, 2) ?? '', /100/);
});
