import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boundProblem, dayProblem, isDay, readDay, writeDay } from '../../renderer/shared/dates/day-text.ts';

test('a day is read as the chosen language writes it, and pasted ISO in both', () => {
  assert.equal(readDay('01/02/2026', 'pt-BR').value, '2026-02-01');
  for (const text of [
    '1 Feb 2026',
    '1 february 2026',
    'Feb 1, 2026',
    'feb. 1 2026',
    '01-FEB-2026',
    '1feb2026',
    '1 Feb 26',
  ]) {
    assert.equal(readDay(text, 'en').value, '2026-02-01', text);
  }
  assert.equal(writeDay('2026-02-01', 'en'), '1 Feb 2026');
  assert.equal(writeDay('2026-02-01', 'pt-BR'), '01/02/2026');
  assert.equal(readDay('1 Feb 2026', 'pt-BR').value, null, 'English names are no Portuguese ones');
  for (const locale of ['en', 'pt-BR'] as const) {
    assert.equal(readDay(' 2026-02-01 ', locale).value, '2026-02-01');
    assert.equal(readDay(writeDay('2026-02-01', locale), locale).value, '2026-02-01', 'what is written is read');
    assert.equal(readDay(writeDay('2024-02-29', locale), locale).value, '2024-02-29');
    for (let month = 1; month <= 12; month++) {
      const day = `2026-${String(month).padStart(2, '0')}-09`;
      assert.equal(readDay(writeDay(day, locale), locale).value, day);
      assert.equal(readDay(writeDay(`${day}T21:05`, locale), locale, true).value, `${day}T21:05`);
    }
  }
  for (const text of ['31.12.2026', '31-12-2026', '31122026', '31/12/26', '31/12/2026']) {
    assert.equal(readDay(text, 'pt-BR').value, '2026-12-31', text);
  }
});

test('English digits count where they are one day on both sides of the ocean, and are asked about where they are two', () => {
  for (const text of ['31/12/2026', '12/31/2026', '31.12.2026', '12312026', '31/12/26']) {
    assert.equal(readDay(text, 'en').value, '2026-12-31', text);
  }
  assert.equal(readDay('05/05/2026', 'en').value, '2026-05-05');
  assert.equal(readDay('04/05/2026', 'en').value, null);
  assert.equal(dayProblem('04/05/2026', 'en'), 'That can be 4 May 2026 or 5 Apr 2026. Write the month by its name.');
  assert.equal(dayProblem('04/05/2026 14:30', 'en', true), dayProblem('04/05/2026', 'en'));
  assert.equal(dayProblem('04/05/2026', 'pt-BR'), null, 'Portuguese has one order');
});

test('two digits are a year only once somebody is done: 20 may become 2026', () => {
  const half = readDay('31/12/20', 'pt-BR');
  assert.equal(half.value, '2020-12-31');
  assert.ok(half.value !== null && !half.isWhole);
  const whole = readDay('31/12/2026', 'pt-BR');
  assert.ok(whole.value !== null && whole.isWhole);
});

test('what is no day says why in both languages, and what is empty is no mistake', () => {
  assert.equal(dayProblem('', 'en'), null);
  assert.equal(dayProblem('12/31/2026', 'en'), null);
  assert.equal(dayProblem('31/13/2026', 'en'), 'There is no month 13. Type the date as dd mmm yyyy.');
  assert.equal(dayProblem('12/31/2026', 'pt-BR'), 'Não existe o mês 31. Digite a data como dd/mm/aaaa.');
  assert.equal(dayProblem('30 Feb 2026', 'en'), 'February 2026 has 28 days.');
  assert.equal(dayProblem('30/02/2024', 'pt-BR'), 'Fevereiro de 2024 tem 29 dias.');
  assert.equal(dayProblem('2026-00-10', 'en'), 'There is no month 0. Type the date as dd mmm yyyy.');
  for (const text of ['tomorrow', '12/31', '1/2/3/2026', '99999', '12/31/1', '01/01/0001', '30 Foo 2026', '30 Nov']) {
    assert.equal(dayProblem(text, 'en'), 'That is no date. Type it as dd mmm yyyy: 31 Dec 2026', text);
  }
  assert.equal(dayProblem('amanhã', 'pt-BR'), 'Isso não é uma data. Digite dd/mm/aaaa: 31/12/2026');
  for (const text of ['tomorrow', '2026-13-01', '', '2026-1-1']) assert.equal(isDay(text), false, text);
});

test('a time of day is read by either clock, and written by that of 24 hours', () => {
  for (const text of ['31/12/2026 14:30', '31/12/2026, 2:30 pm', '31/12/2026 14h30', '2026-12-31T14:30:00']) {
    assert.equal(readDay(text, 'pt-BR', true).value, '2026-12-31T14:30', text);
  }
  assert.equal(readDay('31 Dec 2026 12 AM', 'en', true).value, '2026-12-31T00:00');
  assert.equal(readDay('Dec 31, 2026, 12:05 p.m.', 'en', true).value, '2026-12-31T12:05');
  assert.equal(dayProblem('31 Dec 2026', 'en', true), 'Say at what time, too: 31 Dec 2026 14:30');
  assert.equal(writeDay('2026-12-31T00:05', 'en'), '31 Dec 2026 00:05');
  assert.equal(writeDay('2026-12-31T14:30', 'pt-BR'), '31/12/2026 14:30');
  for (const text of ['31/12/2026', '31/12/2026 24:00', '31/12/2026 10:60', '31/12/2026 13 pm', '31/12/2026 soon']) {
    assert.equal(dayProblem(text, 'pt-BR', true), 'Diga também a hora: 31/12/2026 14:30', text);
  }
  assert.equal(readDay('31 Dec 2026 10:00', 'en').value, null, 'where no time belongs, none is dropped in silence');
});

test('a day beyond its bounds is told the last that can stand there', () => {
  assert.equal(boundProblem('2026-11-10', 'en', { min: '2026-11-10', max: '2026-11-10' }), null);
  assert.equal(
    boundProblem('2026-11-09', 'pt-BR', { min: '2026-11-10' }),
    'O primeiro dia possível aqui é 10/11/2026.',
  );
  assert.equal(
    boundProblem('2026-11-11T00:00', 'en', { max: '2026-11-10' }),
    '10 Nov 2026 is the last day that can stand here.',
  );
});
