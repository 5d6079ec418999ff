import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boundProblem, dayProblem, isDay, readDay, writeDay } from '../../renderer/shared/dates/day-text.ts';

test('a day is read in the order of the chosen language, and pasted ISO in both', () => {
  assert.equal(readDay('01/02/2026', 'pt-BR').value, '2026-02-01');
  assert.equal(readDay('01/02/2026', 'en').value, '2026-01-02');
  for (const locale of ['en', 'pt-BR'] as const) {
    assert.equal(readDay(' 2026-02-01 ', locale).value, '2026-02-01');
    assert.equal(readDay(writeDay('2026-02-01', locale), locale).value, '2026-02-01', 'what is written is read');
    assert.equal(readDay(writeDay('2024-02-29', locale), locale).value, '2024-02-29');
  }
  for (const text of ['31.12.2026', '31-12-2026', '31122026', '31/12/26', '31/12/2026']) {
    assert.equal(readDay(text, 'pt-BR').value, '2026-12-31', text);
  }
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
  assert.equal(dayProblem('31/12/2026', 'en'), 'There is no month 31. Type the date as mm/dd/yyyy.');
  assert.equal(dayProblem('12/31/2026', 'pt-BR'), 'Não existe o mês 31. Digite a data como dd/mm/aaaa.');
  assert.equal(dayProblem('02/30/2026', 'en'), 'February 2026 has 28 days.');
  assert.equal(dayProblem('30/02/2024', 'pt-BR'), 'Fevereiro de 2024 tem 29 dias.');
  assert.equal(dayProblem('2026-00-10', 'en'), 'There is no month 0. Type the date as mm/dd/yyyy.');
  for (const text of ['tomorrow', '12/31', '1/2/3/2026', '99999', '12/31/1', '01/01/0001']) {
    assert.equal(dayProblem(text, 'en'), 'That is no date. Type it as mm/dd/yyyy: 12/31/2026', text);
  }
  assert.equal(dayProblem('amanhã', 'pt-BR'), 'Isso não é uma data. Digite dd/mm/aaaa: 31/12/2026');
  for (const text of ['tomorrow', '2026-13-01', '', '2026-1-1']) assert.equal(isDay(text), false, text);
});

test('a time of day is read by either clock, and written by that of the language', () => {
  for (const text of ['31/12/2026 14:30', '31/12/2026, 2:30 pm', '31/12/2026 14h30', '2026-12-31T14:30:00']) {
    assert.equal(readDay(text, 'pt-BR', true).value, '2026-12-31T14:30', text);
  }
  assert.equal(readDay('12/31/2026 12 AM', 'en', true).value, '2026-12-31T00:00');
  assert.equal(readDay('12/31/2026 12:05 p.m.', 'en', true).value, '2026-12-31T12:05');
  assert.equal(writeDay('2026-12-31T00:05', 'en'), '12/31/2026 12:05 AM');
  assert.equal(writeDay('2026-12-31T14:30', 'pt-BR'), '31/12/2026 14:30');
  for (const text of ['31/12/2026', '31/12/2026 24:00', '31/12/2026 10:60', '31/12/2026 13 pm', '31/12/2026 soon']) {
    assert.equal(dayProblem(text, 'pt-BR', true), 'Diga também a hora: 31/12/2026 14:30', text);
  }
  assert.equal(readDay('12/31/2026 10:00', 'en').value, null, 'where no time belongs, none is dropped in silence');
});

test('a day beyond its bounds is told the last that can stand there', () => {
  assert.equal(boundProblem('2026-11-10', 'en', { min: '2026-11-10', max: '2026-11-10' }), null);
  assert.equal(
    boundProblem('2026-11-09', 'pt-BR', { min: '2026-11-10' }),
    'O primeiro dia possível aqui é 10/11/2026.',
  );
  assert.equal(
    boundProblem('2026-11-11T00:00', 'en', { max: '2026-11-10' }),
    '11/10/2026 is the last day that can stand here.',
  );
});
