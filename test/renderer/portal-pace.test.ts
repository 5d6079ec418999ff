import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paceSentence } from '../../renderer/portal/home/pace.ts';
import { en } from '../../renderer/portal/i18n/en.ts';

const FIGURES = {
  available: 104_019,
  monthlyLimit: 500_000,
  nextReset: Date.parse('2027-01-01T03:00:00Z'),
  timeZone: 'America/Sao_Paulo',
  pace: { dailyAverage: 7_260, monthlyProjection: 480_000, exhaustionDate: null },
} as unknown as Parameters<typeof paceSentence>[0];

test('the sentence names no daily average beside a date that does not follow from it', () => {
  const lasting = paceSentence(FIGURES, en, 'en');
  assert.match(lasting.text, /^At your usual pace, this lasts until it renews on /);
  assert.equal(lasting.tellsRenewal, true);
  const ending = { ...FIGURES, pace: { ...FIGURES.pace, exhaustionDate: '2026-12-14' } };
  for (const { text } of [lasting, paceSentence(ending, en, 'en')]) assert.doesNotMatch(text, /a day|7[.,]\s?2/);
});
