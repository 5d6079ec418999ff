import assert from 'node:assert/strict';
import { test } from 'node:test';
import { modelToEncodingMap } from 'gpt-tokenizer/mapping';
import * as openaiModels from 'gpt-tokenizer/models';
import { modelFacts } from '../../gateway/proxy/model-facts.ts';
import { bareModel, type ModelOverride, matchesModel, overridesOf } from '../../gateway/proxy/model-names.ts';

const override = (id: string, changes: Partial<ModelOverride> = {}): ModelOverride => ({
  id,
  multiplier: 1_000_000,
  maxOutputTokens: null,
  price: null,
  units: null,
  ...changes,
});
const maximum = (model: string) => modelFacts(model, []).maximumOutputTokens;

test('no OpenAI model can produce more than what is known as its maximum', () => {
  let checked = 0;
  for (const [name, spec] of Object.entries(openaiModels)) {
    const known = maximum(name);
    if (known === null || !('max_output_tokens' in spec)) continue;
    assert.ok(known >= Number(spec.max_output_tokens), `${name}: ${known} < ${spec.max_output_tokens}`);
    checked += 1;
  }
  assert.ok(checked > 100);
});

test('no OpenAI model has a wider window than what is known of it', () => {
  let checked = 0;
  for (const [name, spec] of Object.entries(openaiModels)) {
    const known = modelFacts(name, []).contextTokens;
    if (known === null || !('context_window' in spec)) continue;
    assert.ok(known >= Number(spec.context_window), `${name}: ${known} < ${spec.context_window}`);
    checked += 1;
  }
  assert.ok(checked > 100);
});

test('a tokenizer is called exact only where it is the one of the model', () => {
  const encodings: Record<string, string> = modelToEncodingMap;
  for (const [name, encoding] of Object.entries(encodings)) {
    const facts = modelFacts(name, []);
    // Harmony is o200k with more special tokens.
    if (facts.tokenizerExact) assert.equal(encoding.replace('o200k_harmony', 'o200k_base'), facts.tokenizer, name);
  }
  for (const stranger of ['claude-opus-5', 'gemini-3.8-flash', 'llama3.1:8b', 'gpt-6-sol', 'our-own-model']) {
    assert.equal(modelFacts(stranger, []).tokenizerExact, false, stranger);
  }
});

test('the families of the other providers have their maximum output', () => {
  const expected: Record<string, number | null> = {
    'claude-3-haiku-20240307': 4_096,
    'claude-3-5-sonnet-20241022': 8_192,
    'claude-3-7-sonnet-20250219': 128_000,
    'claude-opus-4-20250514': 32_000,
    'claude-opus-4-1-20250805': 32_000,
    'claude-opus-4-5-20251101': 64_000,
    'claude-sonnet-4-20250514': 64_000,
    'claude-sonnet-4-5': 64_000,
    'claude-haiku-4-5-20251001': 64_000,
    'claude-sonnet-4-6': 128_000,
    'claude-opus-4-7': 128_000,
    'claude-sonnet-5': 128_000,
    'claude-fable-5-1': 128_000,
    'claude-future': null,
    'gemini-1.5-pro': 8_192,
    'gemini-2.0-flash': 8_192,
    'gemini-2.5-pro': 65_536,
    'gemini-3-pro-preview': 65_536,
    'deepseek-chat': 384_000,
    'deepseek-r1': 163_840,
    'mistral-large-latest': 262_144,
    'llama-3.3-70b-versatile': 131_072,
    'llama-4-maverick': null,
    'grok-4': null,
    'our-own-model': null,
  };
  for (const [name, tokens] of Object.entries(expected)) assert.equal(maximum(name), tokens, name);
});

test('a provider’s spelling of a name changes nothing', () => {
  const same: [string, string][] = [
    ['openai/gpt-4o', 'gpt-4o'],
    ['azure/gpt-4o', 'gpt-4o'],
    ['openrouter/openai/gpt-4o', 'gpt-4o'],
    [' GPT-4o ', 'gpt-4o'],
    ['ft:gpt-4o:acme::id', 'gpt-4o'],
    ['anthropic/claude-opus-4.5', 'claude-opus-4-5'],
    ['us.anthropic.claude-opus-4-1-20250805-v1:0', 'claude-opus-4-1'],
    ['vertex_ai/claude-haiku-4-5@20251001', 'claude-haiku-4-5'],
    ['models/gemini-2.5-pro', 'gemini-2.5-pro'],
    ['gpt-35-turbo', 'gpt-3.5-turbo'],
    ['accounts/fireworks/models/llama-v3p1-70b-instruct', 'llama-3.1-70b-instruct'],
  ];
  for (const [spelled, plain] of same) assert.deepEqual(modelFacts(spelled, []), modelFacts(plain, []), spelled);
  assert.equal(bareModel('gpt-4.1'), 'gpt-4.1');
});

test('reasoning models take max_completion_tokens, the others max_tokens', () => {
  for (const model of ['o1', 'o3-mini', 'o4-mini', 'gpt-5', 'openai/gpt-5.4-nano', 'gpt-6-sol', 'codex-mini-latest']) {
    assert.equal(modelFacts(model, []).limitField, 'max_completion_tokens', model);
  }
  for (const model of ['gpt-4o', 'gpt-4.1', 'gpt-3.5-turbo', 'gpt-oss-120b', 'claude-opus-5', 'ollama/orca', 'o']) {
    assert.equal(modelFacts(model, []).limitField, 'max_tokens', model);
  }
});

test('an image of unknown size counts for the most that its model takes', () => {
  const expected: Record<string, number> = {
    'gpt-4o': 1_445,
    'gpt-4o-mini': 48_169,
    'gpt-4.1-mini': 2_489,
    'gpt-5-nano': 3_779,
    'gpt-5-2025-08-07': 2_489,
    'gpt-5.4': 16_200,
    'o4-mini': 2_642,
    'claude-sonnet-4-5': 1_600,
    'claude-opus-4-20250514': 1_600,
    'claude-opus-4-8': 4_784,
    'claude-opus-5': 4_784,
    'gemini-2.5-flash': 4_386,
    'our-own-model': 16_384,
  };
  for (const [name, tokens] of Object.entries(expected)) assert.equal(modelFacts(name, []).imageTokens, tokens, name);
});

test('what the operator set wins, the most specific row first', () => {
  const rows = [
    override('*', { multiplier: 3_000_000 }),
    override('gpt-4o-mini', { multiplier: 500_000 }),
    override('gpt-4o*', { multiplier: 2_000_000, maxOutputTokens: 1_000 }),
  ];
  assert.equal(modelFacts('gpt-4o', rows).multiplier, 2_000_000);
  assert.equal(modelFacts('azure/gpt-4o-2024-08-06', rows).multiplier, 2_000_000);
  const mini = modelFacts('gpt-4o-mini', rows);
  assert.equal(mini.multiplier, 500_000);
  assert.equal(mini.maximumOutputTokens, 1_000, 'a row that leaves the maximum open does not hide the pattern’s');
  assert.equal(modelFacts('claude-opus-5', rows).multiplier, 3_000_000);
  assert.equal(modelFacts('claude-opus-5', rows).maximumOutputTokens, 128_000);
  assert.equal(modelFacts('gpt-4o', []).multiplier, 1_000_000);
});

test('a row covers names in any letter case, and nothing but what its pattern says', () => {
  const covers = (id: string, model: string) => overridesOf(model, [override(id)]).length === 1;
  assert.ok(covers('GPT-4o', 'gpt-4O'));
  assert.ok(covers('openai/gpt-4o', 'openai/gpt-4o'));
  assert.ok(covers('gpt-*-mini', 'azure/gpt-4o-mini'));
  assert.ok(!covers('openai/gpt-4o', 'azure/gpt-4o'));
  assert.ok(!covers('gpt-4o', 'gpt-4o-mini'));
  assert.ok(!covers('gpt.4o', 'gpt-4o'));
});

test('a row covers its model served faster, cheaper or with searches, but not one of its own that is free', () => {
  const rows = [override('gpt-4o', { multiplier: 5_000_000 }), override('gpt-4o:floor', { multiplier: 2_000_000 })];
  for (const variant of ['gpt-4o:nitro', 'openai/gpt-4o:online', 'openrouter/openai/GPT-4o:Exacto']) {
    assert.equal(modelFacts(variant, rows).multiplier, 5_000_000, variant);
  }
  assert.equal(modelFacts('openai/gpt-4o:floor', rows).multiplier, 2_000_000, 'its own row comes first');
  for (const other of ['gpt-4o:free', 'gpt-4o:8b', 'gpt-4o-mini:nitro']) {
    assert.equal(modelFacts(other, rows).multiplier, 1_000_000, other);
  }
  assert.equal(
    modelFacts('openai/gpt-4o:nitro', [override('openai/gpt-4o', { maxOutputTokens: 9 })]).maximumOutputTokens,
    9,
  );
});

test('patterns cover whole names only', () => {
  assert.ok(matchesModel('*', ''));
  assert.ok(matchesModel('a*b*c', 'a-b-b-c'));
  assert.ok(!matchesModel('ab*ba', 'aba'), 'the ends may not overlap');
  assert.ok(!matchesModel('*mini', 'gpt-4o-mini-2024'));
});
