import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  change,
  compactTokens,
  duration,
  exactMoney,
  money,
  rateText,
  span,
} from '../../renderer/console/format/numbers.ts';

/** Intl writes narrow and no-break spaces. */
const plain = (text: string) => text.replaceAll(/\s/g, ' ');
const reais = { currency: 'BRL', perUsd: 5.4, day: '2026-11-20' };

describe('money as people read it', () => {
  test('cost is in US dollars where no rate is set, and a trace is not nothing', () => {
    assert.equal(plain(money(3_100_000, 'en')), 'US$ 3.10');
    assert.equal(plain(money(3_100_000, 'pt-BR')), 'US$ 3,10');
    assert.equal(plain(money(900, 'en')), '< US$ 0.01');
    assert.equal(plain(money(0, 'en')), 'US$ 0.00');
  });

  test('with a rate it is in that currency, and only what is below its own cent is a trace', () => {
    assert.equal(plain(money(3_100_000, 'pt-BR', reais)), 'R$ 16,74');
    assert.equal(plain(money(3_100_000, 'en', reais)), 'R$ 16.74');
    assert.equal(plain(money(9_000, 'pt-BR', reais)), 'R$ 0,05');
    assert.equal(plain(money(900, 'pt-BR', reais)), '< R$ 0,01');
  });

  test('the rate says what a dollar costs, and the exact figure stays in dollars', () => {
    assert.equal(plain(rateText(reais, 'pt-BR')), 'US$ 1 = R$ 5,40');
    assert.equal(plain(exactMoney(1_234, 'en')), 'US$ 0.001234');
  });
});

test('a figure and its unit stay on one line', () => {
  assert.equal(compactTokens(1_240_000, 'en'), '1.24\u00a0M');
  assert.equal(compactTokens(1_240_000, 'pt-BR'), '1,24\u00a0mi');
  assert.equal(compactTokens(9_999, 'en'), '9,999');
  for (const locale of ['en', 'pt-BR']) {
    const texts = [
      compactTokens(37_000, locale),
      money(3_100_000, locale),
      money(900, locale),
      exactMoney(900, locale),
      duration(3_240, locale),
      duration(340, locale),
      span(5_400_000, locale),
      span(180_000_000, locale),
    ];
    for (const text of texts) assert.doesNotMatch(text, / /, text);
  }
});

test('a change is a share of what was before, many times are told as such, and nothing has no share', () => {
  assert.equal(change(9, 8, 'en'), '+13%');
  assert.equal(change(8.2, 8, 'en'), '+2.5%');
  assert.equal(change(7, 8, 'pt-BR'), '−13%');
  assert.equal(change(8, 8, 'en'), '±0%');
  assert.equal(change(1_000_001, 1_000_000, 'en'), '±0%');
  assert.equal(change(0, 8, 'en'), '−100%');
  assert.equal(plain(change(200, 8, 'en') ?? ''), '× 25');
  assert.equal(change(5, 0, 'en'), null);
  assert.equal(change(0, 0, 'en'), null);
});
