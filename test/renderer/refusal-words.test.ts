/** Whatever the gateway refuses is told in the console's language: by its code, and by the rule that an input broke. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { before, test } from 'node:test';
import i18next from 'i18next';
import { z } from 'zod';
import { CONTRACT_RULES } from '../../gateway/api/input-rules.ts';
import { ApiFailure } from '../../renderer/console/api/http.ts';
import { en } from '../../renderer/console/i18n/en/catalogue.ts';
import { ptBr } from '../../renderer/console/i18n/pt-br/catalogue.ts';
import { explainFailure } from '../../renderer/console/ui/explain-failure.ts';
import { refusalWords } from '../../renderer/console/ui/refusal-words.ts';
import { build } from '../support/build.ts';

before(() => i18next.init({ lng: 'pt-BR', resources: { en, 'pt-BR': ptBr }, interpolation: { escapeValue: false } }));

/** What only users of the portal and programs on the metered routes are told. */
const NOT_OF_THE_CONSOLE = /^gateway\/(portal|proxy|cli)\/|^gateway\/credits\/submit\.ts$/;

const sources = globSync('gateway/**/*.ts')
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => !NOT_OF_THE_CONSOLE.test(path))
  .map((path) => ({ path, source: readFileSync(path, 'utf8') }));

const namesIn = (pattern: RegExp, paths = /./) =>
  new Set(
    sources
      .filter(({ path }) => paths.test(path))
      .flatMap(({ source }) => [...source.matchAll(pattern)].flatMap(([, ...names]) => names.filter(Boolean))),
  );

const IN_CALLS = /(?:ApiError|RetryLaterError)\(\s*\d+,\s*'([a-z_]+)'/g;
const untold = (names: Iterable<string>, ...catalogues: readonly object[]) =>
  [...names].filter((name) => !catalogues.some((words) => name in words));

test('every code that the API refuses with has a sentence in both languages', () => {
  const api = namesIn(IN_CALLS);
  const answers = namesIn(/\banswer\(\s*\d+,\s*'([a-z_]+)'|\bcode: '([a-z_]+)', message:/g, /api\/errors\.ts$/);
  const backups = namesIn(/BackupError\(\s*'([a-z_]+)'/g);
  assert.ok(api.size > 90 && answers.size > 3 && backups.size > 10, 'the gateway names them otherwise by now');
  for (const { refusals, requests, users } of [en, ptBr]) {
    assert.deepEqual(
      untold([...api, ...answers, ...backups], refusals.codes, requests.packets.why, users.import.fileProblems),
      [],
    );
    const ofFiles = namesIn(/\brefused\('([a-z_]+)'/g, /import-table\.ts$/);
    assert.ok(ofFiles.size > 3);
    assert.deepEqual(untold(ofFiles, users.import.fileProblems), []);
    const ofPackets = namesIn(/(?:refused|PacketError)\(\s*'([a-z_]+)'/g, /gateway\/packets\//);
    assert.ok(ofPackets.size > 8);
    assert.deepEqual(untold(ofPackets, requests.packets.why), []);
    const ofUpstreams = namesIn(/problem\(\s*'([a-z_]+)'/g, /test-upstream\.ts$/);
    assert.deepEqual(untold(ofUpstreams, refusals.upstream), []);
  }
});

test('every rule that an input can break has a sentence, and the contract has no rule without a name', () => {
  const inCalls = namesIn(/\brule: '([a-z_]+)'/g, /gateway\/(accounts|api|operators)\//);
  const ofUrls = namesIn(/refusal\('([a-z_]+)'/g, /base-url\.ts$/);
  const ofMails = namesIn(/(?:server|mail)\('([a-z_]+)'/g, /smtp-failure\.ts$/);
  const chosen = namesIn(/[?:] '([a-z_]+)'/g, /api\/input-rules\.ts$/);
  const rules = [...inCalls, ...ofUrls, ...ofMails, ...chosen, ...Object.values(CONTRACT_RULES)];
  assert.ok(rules.length > 30);
  assert.deepEqual(untold(rules, en.refusals.rules), []);
  const said = namesIn(
    /'((?:must (?!be given)|is |ends )[^']+)'/g,
    /gateway\/contract\/(?!audit|days|portal|tickets|operators)/,
  );
  assert.ok(said.size > 4);
  assert.deepEqual(untold(said, CONTRACT_RULES), []);
});

test('a sentence names the figures of its refusal as the language writes them', async () => {
  const failure = new ApiFailure(409, 'insufficient_credits', 'Only 12000 credits can be taken.', {
    field: 'amount',
    values: { free: 12_000 },
  });
  assert.match(refusalWords(failure), /^Só 12\.000 tokens/);
  await i18next.changeLanguage('en');
  assert.match(refusalWords(failure), /^Only 12,000 tokens/);
  await i18next.changeLanguage('pt-BR');
  assert.equal(
    refusalWords({ code: 'not_known_here', message: 'As the gateway says.' }),
    'As the gateway says.',
    'nothing is hidden for want of words',
  );
  const inUse = explainFailure(new ApiFailure(409, 'plan_in_use', '2 users have this plan.'));
  assert.deepEqual([inUse.title, inUse.next], [ptBr.frame.failure.notPossible, ptBr.refusals.codes.plan_in_use]);
});

test('the gateway tells which rule was broken, at which field, with its bound', async (t) => {
  const { api } = await build(t);
  const refusedWith = async (path: string, body: unknown) => {
    const answer = await api(path, { body });
    assert.equal(answer.status, 400, JSON.stringify(answer.body));
    const { field, rule, values } = z
      .object({ error: z.object({ field: z.string(), rule: z.string(), values: z.unknown().optional() }) })
      .parse(answer.body).error;
    return [field, rule, values];
  };
  const plans = '/api/admin/plans';
  assert.deepEqual(await refusedWith(plans, { reason: 'x' }), ['id', 'needed', undefined]);
  assert.deepEqual(await refusedWith(plans, { id: 'a b' }), ['id', 'slug', undefined]);
  assert.deepEqual(await refusedWith(plans, { id: 'a', thresholds: [90, 80] }), ['thresholds', 'must_rise', undefined]);
  assert.deepEqual(
    await refusedWith('/api/admin/operators', { email: 'a@example.com', role: 'viewer', password: 'x' }),
    ['password', 'too_short', { least: 10 }],
  );
  assert.deepEqual(await refusedWith('/api/admin/operators', { email: 'nobody', role: 'viewer' }), [
    'email',
    'email',
    undefined,
  ]);
  assert.deepEqual(await refusedWith('/api/admin/upstreams', { name: 'a', baseUrl: 'api.example.com' }), [
    'baseUrl',
    'no_url',
    undefined,
  ]);
});
