import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Health } from '../../gateway/contract/health.ts';
import { viewHealth } from '../../renderer/console/overview/health-view.ts';

const up = { status: 'up', tookMs: 0.42 } as const;
const seen = {
  state: 'closed',
  retryAt: null,
  restingModels: [],
  lastAnswerAt: null,
  lastFailure: null,
  failures: 0,
} satisfies Health['checks']['upstreams']['items'][number]['seen'];
const absent = { status: 'not_configured', tookMs: 0 } as const;

function report(status: Health['status'], checks: Partial<Health['checks']> = {}): Health {
  const bytes = { totalBytes: 500e9, freeBytes: 231e9 };
  return {
    status,
    version: '1.2.3',
    at: 0,
    checks: {
      database: { ...up, engine: 'sqlite', writeProbeAgeMs: 900 },
      redis: absent,
      upstreams: { ...up, items: [{ id: 'openai', name: 'OpenAI', seen, ...up }] },
      mail: { ...absent, problem: null },
      cpu: { ...up, percent: 12.4, cores: 8 },
      memory: { ...up, percent: 41, ...bytes, processBytes: 100e6 },
      disk: { ...up, ...bytes },
      eventLoop: { ...up, meanMs: 1, p99Ms: 2.41, maxMs: 12 },
      ...checks,
    },
  };
}

describe('the health screen', () => {
  test('says that all is fine, with the figure of each part in the reader’s language', () => {
    const view = viewHealth({ kind: 'report', report: report('healthy') }, 'pt-BR');
    assert.equal(view.mood, 'healthy');
    assert.equal(view.answer, 'Está tudo bem.');
    const figures = view.parts.map(({ title, figure }) => `${title}: ${figure}`);
    assert.deepEqual(figures, [
      'Banco de dados: 0,4 ms',
      'Provedores: 1 de 1',
      'Tempo de reação: 2,4 ms',
      'Processador: 12%',
      'Memória: 41%',
      'Disco: 231 GB livres',
    ]);
  });

  test('names what needs attention and what to do, and hides what is not set up', () => {
    const items = [
      { id: 'openai', name: 'OpenAI', seen, ...up },
      { id: 'lite', name: 'LiteLLM', status: 'down', seen, tookMs: 1 } as const,
    ];
    const upstreams = { status: 'degraded' as const, items, tookMs: 1 };
    const view = viewHealth({ kind: 'report', report: report('degraded', { upstreams }) }, 'en');
    assert.equal(view.advice, 'Requests are still served. Look at: Upstreams.');
    const part = view.parts.find(({ name }) => name === 'upstreams');
    assert.equal(part?.figure, '1 of 2');
    assert.match(part?.note ?? '', /^No connection to LiteLLM\./);
    assert.ok(!view.parts.some(({ name }) => name === 'redis' || name === 'mail'));
  });

  test('says what answers while no upstream is set up', () => {
    const upstreams = { status: 'not_configured' as const, items: [], tookMs: 0 };
    const view = viewHealth({ kind: 'report', report: report('healthy', { upstreams }) }, 'pt-BR');
    assert.equal(view.mood, 'healthy');
    const part = view.parts.find(({ name }) => name === 'upstreams');
    assert.deepEqual([part?.figure, part?.note], ['Nenhum ainda', 'o solaris-echo embutido responde']);
  });

  test('does not call everything fine above a part that is not', () => {
    const upstreams = { status: 'degraded' as const, items: [], tookMs: 1 };
    const view = viewHealth({ kind: 'report', report: report('healthy', { upstreams }) }, 'en');
    assert.equal(view.mood, 'degraded');
    assert.doesNotMatch(view.answer, /fine/);
  });

  test('shows no figure for a database that is down', () => {
    const database = { status: 'down', engine: 'sqlite', writeProbeAgeMs: null, tookMs: 3_000 } as const;
    const view = viewHealth({ kind: 'report', report: report('unhealthy', { database }) }, 'en');
    assert.equal(view.answer, 'Requests are being refused.');
    const part = view.parts.find(({ name }) => name === 'database');
    assert.equal(part?.status, 'unhealthy');
    assert.equal(part?.figure, null);
  });

  test('tells unreachable, guarded and not yet known apart', () => {
    const unreachable = viewHealth({ kind: 'unreachable', cause: 'HTTP 502' }, 'en');
    assert.deepEqual([unreachable.mood, unreachable.technicalCause], ['unreachable', 'HTTP 502']);
    const guarded = viewHealth({ kind: 'alive', version: '1.2.3' }, 'en');
    assert.deepEqual([guarded.mood, guarded.parts], ['healthy', []]);
    assert.doesNotMatch(guarded.answer, /fine/);
    assert.equal(viewHealth(null, 'en').mood, 'loading');
  });
});
