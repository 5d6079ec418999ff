/** Requests are changed in their bytes: only the member that has to change, whatever JSON a client writes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { edited, items, outline, repeatedKey } from '../../gateway/proxy/json-outline.ts';
import { type Chance, chance } from '../support/random.ts';

const ROUNDS = 400;
const ANY_DEPTH = 1_000;

/** Text of a random JSON value, in spellings that `JSON.stringify` never makes. */
function randomJson(random: Chance, depth: number): string {
  const kind = random.below(depth > 4 ? 5 : 7);
  const space = () => random.pick(['', '', ' ', '\n', '\t', '\r\n  ']);
  if (kind === 0) return random.pick(['null', 'true', 'false']);
  if (kind === 1) return random.pick(['1.0', '0', '-0', '1e3', '2.50E+7', '9007199254740993', '-1.5e-9', '1E400']);
  if (kind <= 4) return randomText(random);
  const count = random.below(5);
  if (kind === 5) {
    const items = Array.from({ length: count }, () => space() + randomJson(random, depth + 1) + space());
    return `[${items.join(',') || space()}]`;
  }
  return randomObject(random, depth + 1, count);
}

function randomObject(random: Chance, depth: number, count: number): string {
  const space = () => random.pick(['', '', ' ', '\n', '\t']);
  const members = Array.from(
    { length: count },
    (_, index) => `${space()}${randomKey(random, index)}${space()}:${space()}${randomJson(random, depth)}${space()}`,
  );
  return `{${members.join(',') || space()}}`;
}

function randomKey(random: Chance, index: number): string {
  return random.pick([
    `"k${index}"`,
    `"\\u006b\\"${index}"`,
    `"${index} \\\\"`,
    `"é\\/{[,:${index}"`,
    `"__proto__${index}"`,
  ]);
}

function randomText(random: Chance): string {
  const parts = [
    'a',
    ' ',
    '\\"',
    '\\\\',
    '\\n',
    '\\u0041',
    '\\ud83d\\ude00',
    '😀',
    'é',
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '\\/',
  ];
  return `"${Array.from({ length: random.below(12) }, () => random.pick(parts)).join('')}"`;
}

test('the outline of any JSON object has the keys and values that JSON.parse finds, at their bytes', () => {
  for (let seed = 0; seed < ROUNDS; seed++) {
    const random = chance(seed);
    const json = Buffer.from(` \n${randomObject(random, 0, random.below(8))}\r\n`);
    const parsed = JSON.parse(json.toString());
    const members = outline(json, ANY_DEPTH) ?? [];
    assert.deepEqual(
      members.map(({ key }) => key),
      Object.keys(parsed).sort((a, b) => position(members, a) - position(members, b)),
      `seed ${seed}`,
    );
    for (const { key, keyStart, valueStart, valueEnd } of members) {
      const value = json.subarray(valueStart, valueEnd).toString();
      assert.equal(value.trim(), value, `seed ${seed}: no space around ${key}`);
      assert.deepEqual(JSON.parse(value), parsed[key], `seed ${seed}: ${key}`);
      assert.equal(json[keyStart], 0x22, `seed ${seed}`);
    }
  }
});

test('an edit changes its member and leaves every other byte as it is', () => {
  for (let seed = 0; seed < ROUNDS; seed++) {
    const random = chance(seed);
    const text = randomObject(random, 0, random.below(8));
    const json = Buffer.from(text);
    const members = outline(json, ANY_DEPTH) ?? [];
    const present = members.filter(() => random.happens(40)).map(({ key }) => key);
    const added = random.happens(50) ? ['new', 'other "new"'] : [];
    const edits = [...present, ...added].map((key, index) => ({ key, value: { set: index } }));
    const result = edited(json, members, edits).toString();

    const wanted = JSON.parse(text);
    for (const { key, value } of edits) wanted[key] = value;
    assert.deepEqual(JSON.parse(result), wanted, `seed ${seed}`);
    for (const { key, valueStart, valueEnd } of members) {
      if (present.includes(key)) continue;
      const bytes = json.subarray(valueStart, valueEnd).toString();
      assert.ok(result.includes(bytes), `seed ${seed}: ${key} keeps its spelling`);
    }
    // What is left when the new values and the added members are taken out again is what was there.
    let undone = result;
    for (const [index, key] of [...present, ...added].entries()) {
      const member = members.find((known) => known.key === key);
      if (!member)
        undone = undone.replace(new RegExp(`${escapeForRegExp(JSON.stringify(key))}:{"set":${index}},?`), '');
      else
        undone = undone.replace(`{"set":${index}}`, () => json.subarray(member.valueStart, member.valueEnd).toString());
    }
    assert.equal(undone, text, `seed ${seed}`);
  }
});

test('the items of any array stand where JSON.parse finds them', () => {
  for (let seed = 0; seed < ROUNDS; seed++) {
    const random = chance(seed);
    const list = Array.from({ length: random.below(6) }, () => ` ${randomJson(random, 2)}\n`);
    const json = Buffer.from(` [${list.join(',')} ] `);
    const found = items(json).map(({ valueStart, valueEnd }) => json.subarray(valueStart, valueEnd).toString());
    assert.deepEqual(
      found,
      list.map((item) => item.trim()),
      `seed ${seed}`,
    );
  }
});

test('an edit inside of a member changes nothing around it', () => {
  const edit = (json: string, within: (number | string)[], value: unknown) => {
    const bytes = Buffer.from(json);
    return edited(bytes, outline(bytes, ANY_DEPTH) ?? [], [{ key: 'a', within, value }]).toString();
  };
  const odd = '{"x":1.0, "a" : [ {"b":1e2 , "c":[1.50]},{ },"b", {"\\u0062": null} ] }';
  assert.equal(edit(odd, [0, 'b'], 7), odd.replace('1e2', '7'));
  assert.equal(edit(odd, [0, 'd'], 7), odd.replace('{"b"', '{"d":7,"b"'));
  assert.equal(edit(odd, [1, 'b'], 7), odd.replace('{ }', '{"b":7 }'));
  assert.equal(edit(odd, [3, 'b'], 7), odd.replace('null', '7'));
  assert.equal(edit(odd, [0, 'c', 0], 7), odd.replace('1.50', '7'));
  assert.equal(edit('{"a":{"b":{"c":1}}}', ['b', 'c'], 7), '{"a":{"b":{"c":7}}}');
  assert.throws(() => edit(odd, [9, 'b'], 7));
  const bytes = Buffer.from(odd);
  const several = [
    { key: 'a', within: [3, 'b'], value: 1 },
    { key: 'new', value: 2 },
    { key: 'a', within: [1, 'b'], value: 3 },
    { key: 'x', value: 4 },
  ];
  const wanted = odd.replace('null', '1').replace('{', '{"new":2,').replace('{ }', '{"b":3 }').replace('1.0', '4');
  assert.equal(edited(bytes, outline(bytes, ANY_DEPTH) ?? [], several).toString(), wanted);
});

test('without edits the very same bytes go on', () => {
  const json = Buffer.from('{ "a" : 1.0 }');
  assert.equal(edited(json, outline(json, ANY_DEPTH) ?? [], []), json);
});

test('the first of two equal members stays first: both are outlined', () => {
  const members = outline(Buffer.from('{"a":1,"\\u0061":2}'), ANY_DEPTH);
  assert.deepEqual(
    members?.map(({ key }) => key),
    ['a', 'a'],
  );
});

test('JSON that is nested too deep has no outline, and reading it takes no stack', () => {
  const nested = (levels: number) => Buffer.from(`{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`);
  assert.equal(outline(nested(10), 11)?.length, 1);
  assert.equal(outline(nested(11), 11), null);
  assert.equal(outline(nested(1_000_000), 200), null);
  assert.equal(outline(Buffer.from('{"a":"[[[[","b":[]}'), 2)?.length, 2);
});

test('a key that some object has twice is found at any depth, in any spelling', () => {
  const cases: [string, string | null][] = [
    ['{"a":1,"b":{"a":1}}', null],
    ['{"a":[{"b":1},{"b":2}]}', null],
    ['{"a":{"b":1,"c":[],"b":2}}', 'b'],
    ['[{"x":{"k":1,"\\u006b":2}}]', 'k'],
    ['{"a":"{\\"a\\":1,\\"a\\":2}"}', null],
    ['{"a":["a","a","a"],"b":"a"}', null],
    ['{"__proto__":1,"__proto__":2}', '__proto__'],
  ];
  for (const [json, found] of cases) assert.equal(repeatedKey(Buffer.from(json)), found, json);
  for (let seed = 0; seed < ROUNDS; seed++) {
    const random = chance(seed);
    assert.equal(repeatedKey(Buffer.from(randomJson(random, 0))), null, `seed ${seed}`);
  }
});

function position(members: readonly { key: string }[], key: string): number {
  return members.findIndex((member) => member.key === key);
}

function escapeForRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
