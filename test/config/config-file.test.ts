import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseConfig, readConfigFile } from '../../gateway/config/config-file.ts';
import { temporaryDir } from '../support/build.ts';
import { problemsOf } from '../support/config-kit.ts';

/** The sample of the documentation, with secrets of a valid form. */
const SAMPLE = {
  host: '127.0.0.1',
  port: 5000,
  databaseUrl: null,
  locale: 'pt-BR',
  timeZone: 'UTC',
  upstreams: [{ id: 'openai', kind: 'openai', baseUrl: 'https://api.openai.com/v1', apiKey: 'sk-test', models: ['*'] }],
  serviceKeys: [{ name: 'librechat', key: 'sk-sol-0123456789abcdef' }],
  plans: [{ id: 'basic', monthlyLimit: 1_000_000, rateLimit: { perMinute: 120, concurrent: 20 } }],
  users: [{ email: 'ana@example.com', plan: 'basic', monthlyLimit: 500_000, credits: 0 }],
  operators: [{ email: 'owner@example.com', password: 'correct horse', role: 'owner' }],
  smtp: { host: '127.0.0.1', port: 1025, secure: false, user: null, password: null, from: 'ia@example.com' },
  policy: { overdraft: 'strict', quotaReply: '429', outputCap: 16_384, provisioning: 'open' },
};

const problems = (content: unknown) => problemsOf(() => parseConfig(content, 'c.json'));

test('the documented sample is taken as it is', () => {
  const { settings, declarations } = parseConfig(SAMPLE, 'c.json');
  assert.equal(settings.get('smtp.from'), 'ia@example.com');
  assert.equal(settings.get('policy.outputCap'), 16_384);
  assert.equal(settings.get('databaseUrl'), null);
  assert.deepEqual(declarations.users, SAMPLE.users);
  assert.deepEqual(declarations.plans, SAMPLE.plans);
});

test('every problem names its JSON path and the file, and all are told at once', () => {
  const found = problems({
    port: 'x',
    policy: { outputCap: 1 },
    users: [{ email: 'ana@example.com' }, { email: 'nobody' }, { email: 'x@example.com', credits: -1 }],
    operators: [{ email: 'o@example.com', role: 'king' }],
    upstreams: [{ id: 'a b', kind: 'openai', baseUrl: 'ftp://x' }],
    plans: [{ id: 'basic', rateLimit: { perMinute: 0 } }],
  });
  const all = found.join('\n');
  for (const path of [
    '$.port must be a whole number',
    '$.policy.outputCap must be a whole number from 256',
    '$.users[1].email must be an e-mail address',
    '$.users[2].credits',
    '$.operators[0].role',
    '$.upstreams[0].id must be letters',
    '$.upstreams[0].baseUrl must be an http(s) URL',
    '$.plans[0].rateLimit.perMinute',
  ]) {
    assert.ok(all.includes(path), `${path} in:\n${all}`);
  }
  assert.ok(found.every((problem) => problem.endsWith('(in c.json)')));
});

test('unknown keys are refused, with a hint where the name is near', () => {
  assert.match(problems({ timezone: 'UTC' }).join(), /\$\.timezone is no setting\. Did you mean timeZone\?/);
  assert.match(
    problems({ policy: { output_cap: 1 } }).join(),
    /\$\.policy\.output_cap is no setting\. Did you mean policy\.outputCap\?/,
  );
  assert.match(problems({ nonsense: 1 }).join(), /\$\.nonsense is no setting\. \(in/);
  assert.match(
    problems({ users: [{ email: 'a@example.com', plann: 'pro' }] }).join(),
    /\$\.users\[0\] has unknown keys: plann/,
  );
});

test('what must be an object or a list is told so', () => {
  assert.match(problems([]).join(), /^\$ in c\.json must be a JSON object/);
  assert.match(problems(null).join(), /must be a JSON object/);
  assert.match(problems({ smtp: 'here' }).join(), /\$\.smtp must be a JSON object/);
  assert.match(problems({ users: {} }).join(), /\$\.users/);
});

test('the same user, plan, key or operator twice is refused', () => {
  const found = problems({ users: [{ email: 'ana@example.com' }, { email: ' ANA@example.com' }] }).join();
  assert.match(found, /\$\.users\[1\]\.email is the same as that of item 0/);
});

test('secrets are not repeated in problems', () => {
  const found = problems({
    operators: [{ email: 'o@example.com', password: 'tiny' }],
    serviceKeys: [{ name: 'x', key: 'tiny-key' }],
    smtp: { password: 12345 },
    redisUrl: 'tiny-url',
  }).join('\n');
  assert.match(found, /\$\.operators\[0\]\.password must have at least 10 characters/);
  assert.doesNotMatch(found, /tiny|12345/);
});

test('a file that is no JSON, or cannot be read, is named', (t) => {
  const file = join(temporaryDir(t), 'bad.json');
  writeFileSync(file, '{"port": 5000,}');
  assert.match(problemsOf(() => readConfigFile(file)).join(), /bad\.json is not valid JSON/);
  assert.match(problemsOf(() => readConfigFile(join(file, 'x'))).join(), /cannot be read: ENOTDIR/);
});

test('e-mails are kept in NFC and lower case', () => {
  const { declarations } = parseConfig({ users: [{ email: 'Jose\u0301@Example.com' }] }, 'c.json');
  assert.equal(declarations.users[0]?.email, 'jos\u00e9@example.com');
});
