import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseConfig } from '../../gateway/config/config-file.ts';
import { environmentDeclarations } from '../../gateway/config/environment-declarations.ts';
import { readStartSources } from '../../gateway/config/start-sources.ts';
import { temporaryDir } from '../support/build.ts';
import { environmentOf, problemsOf } from '../support/config-kit.ts';

test('a flag beats the environment, which beats .env, which beats the file, which beats the default', (t) => {
  const dataDir = temporaryDir(t);
  writeFileSync(join(dataDir, '.env'), 'PORT=3\nLOG_LEVEL=debug\nCURRENCY=EUR\n');
  const config = { port: 4, logLevel: 'error', currency: 'USD', locale: 'pt-BR' };
  const { settings, given } = readStartSources({
    dataDir,
    config,
    env: { PORT: '2', LOG_LEVEL: 'warn' },
    flags: { port: '1' },
  });
  assert.equal(settings.port, 1);
  assert.equal(given.get('port')?.source, 'flag');
  assert.equal(settings.logLevel, 'warn');
  assert.equal(given.get('logLevel')?.setBy, 'LOG_LEVEL');
  assert.equal(settings.currency, 'EUR');
  assert.match(given.get('currency')?.setBy ?? '', /^CURRENCY in .*\.env$/);
  assert.equal(settings.locale, 'pt-BR');
  assert.equal(given.get('locale')?.source, 'file');
  assert.equal(settings.timeZone, 'UTC');
  assert.equal(given.has('timeZone'), false);
});

test('text of variables is read as the setting means it', () => {
  const { settings } = readStartSources({
    dataDir: '/nonexistent',
    env: {
      DEFAULT_MONTHLY_LIMIT: 'unlimited',
      BLOCK_THRESHOLD: '.9',
      SMTP_TLS: 'yes',
      NETWORK_HOSTS: '172.17.0.1, 10.0.0.5,',
      TRUSTED_PROXIES: '10.0.0.0/8',
      QUOTA_REPLY: '429 with hint',
      PUBLIC_URL: '',
    },
  });
  assert.equal(settings.defaultMonthlyLimit, null);
  assert.equal(settings.blockThreshold, 900_000);
  assert.equal(settings.smtp.secure, true);
  assert.deepEqual(settings.networkHosts, ['172.17.0.1', '10.0.0.5']);
  assert.deepEqual(settings.trustedProxies, ['10.0.0.0/8']);
  assert.equal(settings.policy.quotaReply, '429 with hint');
  assert.equal(settings.publicUrl, null, 'an empty variable is as good as none');
});

test('DEFAULT_TOKENS_PER_USER is an alias, and its newer name wins', () => {
  const read = (env: Record<string, string>) =>
    readStartSources({ dataDir: '/nonexistent', env }).settings.defaultMonthlyLimit;
  assert.equal(read({ DEFAULT_TOKENS_PER_USER: '7' }), 7);
  assert.equal(read({ DEFAULT_TOKENS_PER_USER: '7', DEFAULT_MONTHLY_LIMIT: '8' }), 8);
});

test('a secret may lie in a file of its own', (t) => {
  const dataDir = temporaryDir(t);
  const file = join(dataDir, 'smtp-password');
  writeFileSync(file, ' with spaces \n');
  const { settings, given } = readStartSources({ dataDir, env: { SMTP_PASSWORD_FILE: file } });
  assert.equal(settings.smtp.password, 'with spaces');
  assert.equal(given.get('smtp.password')?.setBy, 'SMTP_PASSWORD_FILE');
});

test('a secret given twice, or in a file that is not there or empty, is refused', (t) => {
  const dataDir = temporaryDir(t);
  const problems = (env: Record<string, string>) => problemsOf(() => readStartSources({ dataDir, env })).join();
  assert.match(
    problems({ SMTP_PASSWORD: 'a', SMTP_PASSWORD_FILE: '/b' }),
    /SMTP_PASSWORD and SMTP_PASSWORD_FILE are both set/,
  );
  assert.match(problems({ SMTP_PASSWORD_FILE: '/not/there' }), /SMTP_PASSWORD_FILE names \/not\/there.*ENOENT/);
  writeFileSync(join(dataDir, 'empty'), '\n');
  assert.match(problems({ SMTP_PASSWORD_FILE: join(dataDir, 'empty') }), /which is empty/);
});

test('a variable of the process beats the file that .env names for the same secret', (t) => {
  const dataDir = temporaryDir(t);
  writeFileSync(join(dataDir, '.env'), 'METRICS_TOKEN_FILE=/not/there\n');
  const { settings } = readStartSources({ dataDir, env: { METRICS_TOKEN: 'from the process' } });
  assert.equal(settings.metricsToken, 'from the process');
});

test('bad values are named with their source, the variable and what is expected, all at once', (t) => {
  const dataDir = temporaryDir(t);
  writeFileSync(join(dataDir, '.env'), 'SMTP_PORT=mail\n');
  const problems = problemsOf(() =>
    readStartSources({ dataDir, flags: { port: 'ninety' }, env: { BLOCK_THRESHOLD: '2', LOCALE: 'de' } }),
  );
  assert.equal(problems.length, 4);
  const all = problems.join('\n');
  assert.match(all, /^--port must be a whole number from 0 to 65535, not "ninety"\.$/m);
  assert.match(all, /^BLOCK_THRESHOLD must be a number above 0 and at most 1.*not 2\.$/m);
  assert.match(all, /^LOCALE must be one of "en", "pt-BR", not "de"\.$/m);
  assert.match(all, /^SMTP_PORT in .*\.env must be a whole number from 1 to 65535, not "mail"\.$/m);
});

test('a bad value is refused even where a stronger source overrules it', () => {
  const problems = problemsOf(() =>
    readStartSources({ dataDir: '/nonexistent', flags: { port: 1 }, env: { PORT: 'x' } }),
  );
  assert.match(problems.join(), /^PORT must be/);
});

test('a refused secret is not repeated', () => {
  const problems = problemsOf(() =>
    readStartSources({ dataDir: '/nonexistent', env: { DATABASE_URL: 'oops-my-secret' } }),
  );
  assert.match(problems.join(), /^DATABASE_URL must be a postgres:\/\/ URL/);
  assert.doesNotMatch(problems.join(), /oops/);
});

test('DB_HOST and its companions make a database URL', () => {
  const env = { DB_HOST: 'db.example.com', DB_NAME: 'ia', DB_USER: 'ia', DB_PASSWORD: 'p@ss/word' };
  const { settings } = readStartSources({ dataDir: '/nonexistent', env });
  assert.equal(settings.databaseUrl, 'postgres://ia:p%40ss%2Fword@db.example.com:5432/ia');
});

test('the data directory comes from the option, else SOLARIS_DATA_DIR, else the usual place', () => {
  assert.equal(readStartSources({ dataDir: '/a', env: { SOLARIS_DATA_DIR: '/b' } }).dataDir, '/a');
  assert.equal(readStartSources({ env: { SOLARIS_DATA_DIR: '/b' } }).dataDir, '/b');
  assert.match(readStartSources({}).dataDir, /ia-solaris(\/Data|\\Data)?$/);
});

test('the config file comes from the option, else SOLARIS_CONFIG', (t) => {
  const dataDir = temporaryDir(t);
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(join(dataDir, 'a.json'), '{"port":1}');
  writeFileSync(join(dataDir, 'b.json'), '\uFEFF{"port":2}');
  const env = { SOLARIS_CONFIG: join(dataDir, 'b.json') };
  assert.equal(readStartSources({ dataDir, configFile: join(dataDir, 'a.json'), env }).settings.port, 1);
  assert.equal(readStartSources({ dataDir, env }).settings.port, 2);
  assert.match(
    problemsOf(() => readStartSources({ dataDir, configFile: '/not/there.json' })).join(),
    /\/not\/there\.json cannot be read: ENOENT/,
  );
});

test('provider keys in the environment become upstreams, the narrow pattern first', () => {
  const { upstreams } = environmentDeclarations(
    environmentOf({
      OPENAI_API_KEY: 'sk-1',
      ANTHROPIC_API_KEY: 'sk-2',
      LITELLM_BASE_URL: 'http://127.0.0.1:4000/v1/',
      LITELLM_API_KEY: 'sk-3',
    }),
  );
  assert.deepEqual(
    upstreams.map(({ id, kind, models, apiKey, baseUrl }) => [id, kind, models, apiKey, baseUrl]),
    [
      ['anthropic', 'anthropic', ['claude-*'], 'sk-2', 'https://api.anthropic.com/v1'],
      ['openai', 'openai', ['*'], 'sk-1', 'https://api.openai.com/v1'],
      ['litellm', 'openai', ['*'], 'sk-3', 'http://127.0.0.1:4000/v1'],
    ],
  );
});

test('an owner and a service key can come from the environment; what is wrong with them names the variable', () => {
  const declared = environmentDeclarations(
    environmentOf({
      ADMIN_EMAIL: 'Owner@Example.com',
      ADMIN_PASSWORD: 'long enough',
      SERVICE_KEY: 'sk-sol-0123456789',
    }),
  );
  assert.deepEqual(declared.operators, [{ email: 'owner@example.com', password: 'long enough', role: 'owner' }]);
  assert.deepEqual(declared.serviceKeys, [{ name: 'environment', key: 'sk-sol-0123456789' }]);
  const problems = (env: Record<string, string>) =>
    problemsOf(() => environmentDeclarations(environmentOf(env))).join();
  assert.match(problems({ ADMIN_EMAIL: 'owner' }), /^ADMIN_EMAIL must be an e-mail address/);
  assert.match(problems({ ADMIN_PASSWORD: 'short' }), /^ADMIN_PASSWORD must have at least 10 characters/);
  assert.match(problems({ SERVICE_KEY: 'short' }), /^SERVICE_KEY must have at least 16 characters/);
  assert.match(problems({ LITELLM_API_KEY: 'sk-3' }), /^LITELLM_API_KEY is set; LITELLM_BASE_URL must be set too/);
  assert.match(problems({ LITELLM_BASE_URL: 'localhost' }), /^LITELLM_BASE_URL must be an http\(s\) URL/);
});

test('an empty configuration says nothing', () => {
  const { settings, declarations } = parseConfig({}, 'x');
  assert.equal(settings.size, 0);
  assert.deepEqual(Object.values(declarations).flat(), []);
});
