/** The forms of plans, departments and models, with what they refuse before and after the gateway. */
import { drawer, LONG, TOO_MANY } from './form-case-kit.ts';
import type { FormCase } from './form-walk.ts';

export const planForms: readonly FormCase[] = [
  {
    name: 'new plan',
    path: drawer('plans', '+'),
    bad: {
      id: 'two words',
      name: LONG,
      monthlyLimit: { number: TOO_MANY },
      thresholds: { tags: ['101'] },
      perMinute: '0',
      concurrent: '100001',
      answerHours: '721',
      reason: LONG,
    },
    good: {
      id: 'gold',
      name: 'Gold',
      monthlyLimit: { number: '5' },
      perMinute: '1',
      concurrent: '1',
      thresholds: { tags: [''] },
      answerHours: '1',
      reason: 'x',
    },
    refused: {
      id: 'id',
      name: 'name',
      monthlyLimit: 'monthlyLimit',
      'thresholds.0': 'thresholds',
      'rateLimit.perMinute': 'perMinute',
      'rateLimit.concurrent': 'concurrent',
      answerHours: 'answerHours',
      reason: 'reason',
    },
  },
  {
    name: 'plan',
    path: drawer('plans', 'basic'),
    async open(page) {
      await page.locator('[data-path=allowsAll]').click();
      await page.locator('[data-path=renews]').click();
    },
    bad: {
      name: ' ',
      allowedModels: '',
      belowPercent: '100',
      renewTokens: '',
      timesPerMonth: '32',
      reason: ' ',
    },
    good: {
      name: 'Basic',
      allowedModels: { tags: ['gpt-4o'] },
      belowPercent: '5',
      renewTokens: '10',
      timesPerMonth: '1',
      reason: 'x',
    },
    refused: {
      'allowedModels.0': 'allowedModels',
      'autoRenew.belowPercent': 'belowPercent',
      'autoRenew.tokens': 'renewTokens',
      'autoRenew.timesPerMonth': 'timesPerMonth',
    },
  },
  {
    name: 'new department',
    path: drawer('departments', '+'),
    bad: { name: ' ', capTokens: { number: '' }, capUsd: { number: '1000001' }, reason: LONG },
    good: { name: 'Sales', capTokens: '100', capUsd: '10', reason: '' },
    refused: { name: 'name', capTokens: 'capTokens', capMicroUsd: 'capUsd', reason: 'reason' },
  },
  {
    name: 'new model',
    path: drawer('models', '+'),
    async open(page) {
      await page.locator('[data-path=hasPrice]').click();
      await page.locator('[data-path=hasUnits]').click();
    },
    bad: {
      id: '',
      multiplier: '1001',
      maxOutputTokens: { number: '0' },
      input: '',
      output: '1000001',
      cachedInput: '1000001',
      image: '10000001',
      audioSecond: '10000001',
      character: '10000001',
      reason: LONG,
    },
    good: {
      id: 'gpt-x*',
      multiplier: '2',
      maxOutputTokens: '10',
      input: '1',
      output: '1',
      cachedInput: '',
      image: '1',
      audioSecond: '1',
      character: '1',
      reason: '',
    },
    refused: {
      id: 'id',
      multiplier: 'multiplier',
      maxOutputTokens: 'maxOutputTokens',
      'price.inputMicroUsd': 'input',
      'price.outputMicroUsd': 'output',
      'price.cachedInputMicroUsd': 'cachedInput',
      'units.image': 'image',
      'units.audioSecond': 'audioSecond',
      'units.character': 'character',
      reason: 'reason',
    },
  },
];
