import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvLine, csvMarksOf } from '../../gateway/api/csv.ts';

test('cells are quoted where they must be, and nowhere else', () => {
  assert.equal(csvLine(['a', 'b c', 1, -2.5, true, null]), 'a,b c,1,-2.5,true,\r\n');
  assert.equal(csvLine(['a,b', 'say "x"', 'two\nlines']), '"a,b","say ""x""","two\nlines"\r\n');
});

test('texts that a spreadsheet would run become plain text, numbers stay numbers', () => {
  for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1']) {
    assert.match(csvLine([text]), /^"?'/, JSON.stringify(text));
  }
  assert.equal(csvLine([-1]), '-1\r\n');
  assert.equal(csvLine(['=1,"x"']), '"\'=1,""x"""\r\n');
  assert.equal(csvLine(['a=1']), 'a=1\r\n');
});

test('a semicolon is quoted in every language, and parts the cells of a Portuguese file', () => {
  assert.equal(csvLine(['a;b', 1.5]), '"a;b",1.5\r\n');
  assert.equal(csvLine(['a;b', 1.5, 'c,d', -2], csvMarksOf('pt-BR')), '"a;b";1,5;"c,d";-2\r\n');
});
