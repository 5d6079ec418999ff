import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeGateway } from '../../../electron/main/gateway/problem.ts';
import { type Failure, IDLE } from '../../../electron/main/gateway/supervision.ts';
import { words } from '../../../electron/main/words/words.ts';
import { ConfigError, obstacleOf, StartError } from '../../../gateway/gateway.ts';

const told = (failure: Failure, locale: 'en' | 'pt-BR') =>
  describeGateway({ ...IDLE, phase: 'failed', failure }, words[locale], '/data').problem;

test('every reason why the gateway does not run is told in both languages, with what to do and the cause', () => {
  const failures: Failure[] = [
    { kind: 'in_use', detail: 'cause', owner: 'http://127.0.0.1:5000' },
    { kind: 'port_taken', detail: 'cause', port: 5000, owner: 'nginx' },
    { kind: 'port_forbidden', detail: 'cause', port: 80 },
    ...(['disk_full', 'unwritable', 'configuration', 'crashed', 'unknown'] as const).map((kind) => ({
      kind,
      detail: 'cause',
    })),
  ];
  for (const failure of failures) {
    const [english, portuguese] = [told(failure, 'en'), told(failure, 'pt-BR')];
    for (const problem of [english, portuguese]) {
      assert.equal(problem?.kind, failure.kind);
      assert.ok((problem?.text.length ?? 0) > 20 && (problem?.next.length ?? 0) > 20);
      assert.equal(problem?.detail, 'cause');
    }
    assert.notEqual(english?.text, portuguese?.text);
  }
  assert.match(told({ kind: 'port_taken', detail: '', port: 5000, owner: 'nginx' }, 'en')?.text ?? '', /5000.*nginx/);
  assert.match(told({ kind: 'unwritable', detail: '' }, 'pt-BR')?.text ?? '', /\/data/);
});

test('a gateway that runs or starts has no problem', () => {
  const failure = { kind: 'crashed', detail: 'before' } as const;
  for (const phase of ['running', 'starting'] as const) {
    assert.equal(describeGateway({ ...IDLE, phase, failure }, words.en, '/data').problem, null);
  }
});

test('what the system said tells what is in the way', () => {
  const coded = (code: string) => Object.assign(new Error(code), { code });
  assert.equal(obstacleOf(coded('ENOSPC')).kind, 'disk_full');
  assert.equal(obstacleOf(new Error('query', { cause: coded('SQLITE_FULL') })).kind, 'disk_full');
  assert.equal(obstacleOf(new ConfigError(['lock'], { cause: coded('SQLITE_CANTOPEN') })).kind, 'unwritable');
  assert.equal(obstacleOf(coded('EROFS')).kind, 'unwritable');
  assert.equal(obstacleOf(new ConfigError(['PORT must be a number'])).kind, 'configuration');
  assert.equal(obstacleOf(new Error('something')).kind, 'unknown');
  assert.equal(obstacleOf('a text').kind, 'unknown');
  const obstacle = { kind: 'port_taken', port: 5000, owner: null } as const;
  assert.deepEqual(obstacleOf(new StartError(69, 'taken', { obstacle })), obstacle);
});
