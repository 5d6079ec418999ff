import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  acceptsSetting,
  composeSettings,
  settingDefinitions,
  settingsByKey,
} from '../../gateway/config/setting-definitions.ts';
import { flagName } from '../../gateway/config/sources.ts';
import { problemsOf } from '../support/config-kit.ts';

const defaults = composeSettings(new Map());

test('the defaults are those that the documentation promises', () => {
  assert.equal(defaults.host, '127.0.0.1');
  assert.equal(defaults.port, 5000);
  assert.equal(defaults.timeZone, 'UTC');
  assert.equal(defaults.defaultMonthlyLimit, 1_000_000);
  assert.deepEqual(defaults.policy, {
    overdraft: 'strict',
    quotaReply: '429',
    outputCap: 16_384,
    provisioning: 'open',
    allowedEmailDomains: [],
    newUsersPerHour: 60,
    freePaths: [],
  });
  assert.deepEqual(defaults.identityHeaders.email, [
    'x-user-email',
    'x-librechat-user-email',
    'x-openwebui-user-email',
  ]);
  assert.deepEqual(defaults.networkHosts, [], 'nothing is reachable from outside unless somebody chose it');
  assert.equal(defaults.publicUrl, null);
});

test('decimals are kept in millionths, exactly', () => {
  const settings = composeSettings(
    new Map<string, unknown>([
      ['blockThreshold', 0.95],
      ['conversionFactor', 1.234567],
      ['pricePerMillion', 49.9],
    ]),
  );
  assert.equal(settings.blockThreshold, 950_000);
  assert.equal(settings.conversionFactor, 1_234_567);
  assert.equal(settings.pricePerMillion, 49_900_000);
  assert.equal(defaults.blockThreshold, 1_000_000);
});

test('every setting accepts its own default and says what it expects', () => {
  for (const definition of settingDefinitions()) {
    assert.ok(acceptsSetting(definition, definition.fallback), definition.key);
    assert.ok(definition.expects.length > 0, definition.key);
    // What the console notes for itself is nobody's to set from outside.
    assert.ok(definition.env.length > 0 || definition.key.startsWith('setup.'), definition.key);
  }
});

test('no two settings share a variable or a flag', () => {
  const names = settingDefinitions().flatMap(({ env }) => env);
  assert.equal(new Set(names).size, names.length);
  const flags = settingDefinitions().map(({ key }) => flagName(key));
  assert.equal(new Set(flags).size, flags.length);
  assert.equal(flagName('policy.outputCap'), '--policy-output-cap');
});

const refused: [key: string, value: unknown][] = [
  ['port', 65_536],
  ['port', -1],
  ['port', 80.5],
  ['port', '80'],
  ['host', ''],
  ['host', 'http://here'],
  ['blockThreshold', 0],
  ['blockThreshold', 1.01],
  ['blockThreshold', 0.12345678],
  ['conversionFactor', -1],
  ['timeZone', 'Mars/Olympus'],
  ['publicUrl', 'ia.example.com'],
  ['publicUrl', 'https://ia.example.com/path'],
  ['publicUrl', 'https://user:pass@ia.example.com'],
  ['trustedProxies', ['10.0.0.0/33']],
  ['trustedProxies', ['proxy']],
  ['networkHosts', '172.17.0.1'],
  ['defaultMonthlyLimit', -5],
  ['defaultMonthlyLimit', 1e300],
  ['locale', 'de'],
  ['policy.quotaReply', '418'],
  ['policy.overdraft', null],
  ['policy.allowedEmailDomains', ['not a domain']],
  ['identityHeaders.email', ['x user email']],
  ['smtp.port', 0],
  ['smtp.secure', 'yes'],
  ['smtp.from', 'nobody'],
  ['currency', 'R$'],
  ['databaseUrl', 'mysql://x'],
  ['usageRetentionDays', 3],
];

test('values that cannot be are refused', () => {
  const known = settingsByKey();
  for (const [key, value] of refused) {
    const definition = known.get(key);
    assert.ok(definition, key);
    assert.equal(acceptsSetting(definition, value), false, `${key} = ${JSON.stringify(value)}`);
  }
});

test('lists are normalised: header names and domains in lower case, domains without @', () => {
  const settings = composeSettings(
    new Map<string, unknown>([
      ['identityHeaders.email', ['X-Mail']],
      ['policy.allowedEmailDomains', ['@Example.COM', 'example.org']],
    ]),
  );
  assert.deepEqual(settings.identityHeaders.email, ['x-mail']);
  assert.deepEqual(settings.policy.allowedEmailDomains, ['example.com', 'example.org']);
});

test('settings that contradict each other are refused by name', () => {
  const limits = new Map<string, unknown>([
    ['minUserLimit', 10],
    ['maxUserLimit', 5],
  ]);
  assert.match(
    problemsOf(() => composeSettings(limits)).join(),
    /minUserLimit \(10\) must not be above maxUserLimit \(5\)/,
  );
  const halfTls = new Map<string, unknown>([['tls.certFile', '/cert.pem']]);
  assert.match(problemsOf(() => composeSettings(halfTls)).join(), /tls\.keyFile must be set too.*TLS_KEY_FILE/);
});
