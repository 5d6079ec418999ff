/** Pure: what the upstream might read in another way than we do is refused before anything is held. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chatDialect } from '../../gateway/proxy/dialects/chat.ts';
import { BadRequestError, PLAIN_TARGET } from '../../gateway/proxy/dialects/dialect.ts';
import { readBody } from '../../gateway/proxy/read-body.ts';

const MESSAGES = '"messages":[{"role":"user","content":"hi"}]';

function read(json: string | Buffer) {
  return readBody(Buffer.isBuffer(json) ? json : Buffer.from(json), 'application/json', chatDialect, PLAIN_TARGET);
}

function refusal(json: string | Buffer): { message: string; status: number; param: string | undefined } {
  try {
    read(json);
  } catch (error) {
    assert.ok(error instanceof BadRequestError, String(error));
    return { message: error.message, status: error.statusCode, param: error.param };
  }
  assert.fail(`accepted: ${json.toString().slice(0, 200)}`);
}

test('keys that we read are refused twice over and in any other spelling', () => {
  const cases: [string, RegExp][] = [
    [`{"model":"m",${MESSAGES},"max_tokens":5,"max_tokens":500}`, /'max_tokens' is given twice/],
    [`{"model":"m",${MESSAGES},"max_tokens":5,"max\\u005ftokens":500}`, /'max_tokens' is given twice/],
    [`{"model":"m",${MESSAGES},"Max_Tokens":500}`, /must be written 'max_tokens'/],
    [`{"model":"m",${MESSAGES},"MAX_TOKENS":500}`, /must be written 'max_tokens'/],
    // Go folds the long s and the Kelvin sign onto s and k, and takes the last of equal keys.
    [`{"model":"m",${MESSAGES},"max_tokens":5,"max_token\u017f":500}`, /must be written 'max_tokens'/],
    [`{"model":"m",${MESSAGES},"max_tokens":5,"max_to\u212aens":500}`, /must be written 'max_tokens'/],
    [`{"model":"m","Model":"n",${MESSAGES}}`, /must be written 'model'/],
    [`{"model":"m",${MESSAGES},"Stream":true}`, /must be written 'stream'/],
    [`{"model":"m",${MESSAGES},${MESSAGES}}`, /'messages' is given twice/],
    [`{"model":"m",${MESSAGES},"user":"a","user":"b"}`, /'user' is given twice/],
    [
      `{"model":"m",${MESSAGES},"stream":true,"stream_options":{"include_usage":true,"include_usage":false}}`,
      /'include_usage' is given twice/,
    ],
    [
      `{"model":"m",${MESSAGES},"stream":true,"stream_options":{"include_usage":true,"Include_Usage":false}}`,
      /must be written 'include_usage'/,
    ],
    [
      `{"model":"m",${MESSAGES},"thinking":{"type":"enabled","budget_tokens":9,"Budget_Tokens":99999}}`,
      /must be written 'budget_tokens'/,
    ],
    [`{"model":"m",${MESSAGES},"reasoning":{"max_tokens":9,"max_tokens":99999}}`, /'max_tokens' is given twice/],
  ];
  for (const [json, message] of cases) {
    const { status, message: said } = refusal(json);
    assert.equal(status, 400);
    assert.match(said, message, json);
  }
});

test('keys that we do not read may be written as their owner likes', () => {
  const { facts } = read(
    `{"model":"m",${MESSAGES},"Temperature":1,"temperature":0.5,"metadata":{"A":"1","a":"2"},"stream_options":{"X":1}}`,
  );
  assert.equal(facts.model, 'm');
  assert.equal(facts.wantsUsage, false);
});

test('keys of the prototype are members like any other', () => {
  const { facts, members } = read(
    `{"__proto__":{"max_tokens":7,"stream":true},"constructor":{"prototype":{"model":"x"}},"model":"m",${MESSAGES}}`,
  );
  assert.equal(facts.outputLimit, null);
  assert.equal(facts.stream, false);
  assert.equal(members.length, 4);
  assert.equal(({} as { stream?: boolean }).stream, undefined);
});

test('bodies that are no JSON object in UTF-8 are refused with a sentence', () => {
  const latin1 = Buffer.from(`{"model":"m","messages":[{"role":"user","content":"ol\xe1"}]}`, 'latin1');
  assert.deepEqual(refusal(latin1), { message: 'The body must be UTF-8.', status: 415, param: undefined });
  const utf16 = Buffer.from(`\ufeff{"model":"m",${MESSAGES}}`, 'utf16le');
  assert.equal(refusal(utf16).status, 415);
  for (const json of [
    '',
    '{',
    '{"model":}',
    '{"model":"m"} trailing',
    "{'model':'m'}",
    'NaN',
    '{"a":1,}',
    '\ufeff{}',
  ]) {
    assert.deepEqual([json, refusal(json).message], [json, 'The body is not valid JSON.']);
  }
  for (const json of ['[]', '"text"', '12', 'null', 'true']) {
    assert.match(refusal(json).message, /must be a JSON object/, json);
  }
});

test('a body of a hundred thousand brackets is refused as too deep, wherever they are', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const objects = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
  for (const value of [deep, objects]) {
    assert.match(refusal(`{"model":"m","messages":${value}}`).message, /nested deeper than 200/);
    assert.match(refusal(`{"model":"m",${MESSAGES},"tools":${value}}`).message, /nested deeper than 200/);
    assert.match(refusal(`{"model":"m",${MESSAGES},"whatever":${value}}`).message, /nested deeper than 200/);
  }
  assert.match(refusal(deep).message, /must be a JSON object/);
});

test('members of the wrong type name themselves', () => {
  const cases: [string, string][] = [
    ['"model":1,"messages":[{}]', 'model'],
    [`"model":"",${MESSAGES}`, 'model'],
    [`"model":null,${MESSAGES}`, 'model'],
    [`"model":["gpt-4o"],${MESSAGES}`, 'model'],
    [`"model":"${'m'.repeat(201)}",${MESSAGES}`, 'model'],
    [MESSAGES, 'model'],
    ['"model":"m"', 'messages'],
    ['"model":"m","messages":[]', 'messages'],
    ['"model":"m","messages":"hi"', 'messages'],
    ['"model":"m","messages":{"0":{}}', 'messages'],
    ...['-1', '0', '1.5', '1e400', '100000001', '9007199254740993', '"5"', 'true', '[5]', '{}'].flatMap(
      (value): [string, string][] => [
        [`"model":"m",${MESSAGES},"max_tokens":${value}`, 'max_tokens'],
        [`"model":"m",${MESSAGES},"max_completion_tokens":${value}`, 'max_completion_tokens'],
      ],
    ),
    ...['-1', '0', '1.5', '129', '"2"'].map((value): [string, string] => [`"model":"m",${MESSAGES},"n":${value}`, 'n']),
    ...['"true"', '1', '[]'].map((value): [string, string] => [`"model":"m",${MESSAGES},"stream":${value}`, 'stream']),
    [`"model":"m",${MESSAGES},"stream_options":true`, 'stream_options'],
    [`"model":"m",${MESSAGES},"stream_options":[]`, 'stream_options'],
    [`"model":"m",${MESSAGES},"user":7`, 'user'],
  ];
  for (const [members, param] of cases) {
    const { status, param: named, message } = refusal(`{${members}}`);
    assert.deepEqual([status, named], [400, param], members);
    assert.ok(message.includes(`'${param}'`) && message.length < 200, message);
  }
});

test('null is the same as left out, and numbers may be written as JSON allows', () => {
  const { facts } = read(
    `{"model":"m",${MESSAGES},"max_tokens":null,"n":null,"stream":null,"stream_options":null,"user":null}`,
  );
  assert.deepEqual(
    [facts.outputLimit, facts.choices, facts.stream, facts.wantsUsage, facts.userId],
    [null, 1, false, false, null],
  );
  const written = read(`{"model":"m",${MESSAGES},"max_tokens":1e2,"max_completion_tokens":40.0,"n":2.0}`).facts;
  assert.deepEqual([written.outputLimit, written.choices], [100, 2]);
});

test("the body's user is the first that is not empty", () => {
  assert.equal(read(`{"model":"m",${MESSAGES},"user":"u","metadata":{"user_id":"m"}}`).facts.userId, 'u');
  assert.equal(read(`{"model":"m",${MESSAGES},"user":"","metadata":{"user_id":"m"}}`).facts.userId, 'm');
  assert.equal(read(`{"model":"m",${MESSAGES},"metadata":{"user_id":7}}`).facts.userId, null);
  assert.equal(read(`{"model":"m",${MESSAGES},"metadata":"user_id"}`).facts.userId, null);
});
