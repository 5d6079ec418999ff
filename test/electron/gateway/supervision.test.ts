import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Happening, IDLE, next, type Step, type Supervision } from '../../../electron/main/gateway/supervision.ts';

const URL_OF_OURS = 'http://127.0.0.1:5000';

/** Plays what happens, one after the other. @returns the last step, and what was done in all */
function play(happenings: readonly Happening[], now = 0, from: Supervision = IDLE) {
  let step: Step = { state: from, deeds: [] };
  const deeds: string[] = [];
  for (const happening of happenings) {
    step = next(step.state, happening, now);
    deeds.push(
      ...step.deeds.map((deed) => {
        if (deed.kind === 'later') return `later ${deed.ms}`;
        return deed.kind === 'tell' ? `tell ${deed.news}` : deed.kind;
      }),
    );
  }
  return { ...step, all: deeds };
}

const ready: Happening = { kind: 'ready', url: URL_OF_OURS };
const ended: Happening = { kind: 'ended', detail: 'out of memory' };
const refused = (kind: 'in_use' | 'port_taken'): Happening => ({ kind: 'refused', failure: { kind, detail: 'why' } });

describe('supervising the gateway', () => {
  test('starts it once, however often it is asked', () => {
    const { state, all } = play([{ kind: 'start' }, { kind: 'start' }, ready]);
    assert.deepEqual(all, ['spawn']);
    assert.deepEqual([state.phase, state.host, state.address], ['running', 'app', URL_OF_OURS]);
  });

  test('starts one that crashed again, later each time, and tells of the first crash and of the recovery', () => {
    const crash: Happening[] = [ended, { kind: 'due' }];
    const { state, all } = play([{ kind: 'start' }, ready, ...crash, ...crash, ...crash, ready]);
    assert.deepEqual(all, [
      'spawn',
      'later 1000',
      'tell crashed',
      'spawn',
      'later 2000',
      'spawn',
      'later 4000',
      'spawn',
      'tell recovered',
    ]);
    assert.equal(state.failure, null);
  });

  test('counts one that crashes at every start as failed, tells so once, and goes on trying slowly', () => {
    const crash: Happening[] = [ended, { kind: 'due' }];
    const five = play([{ kind: 'start' }, ...crash, ...crash, ...crash, ...crash, ended]);
    assert.equal(five.state.phase, 'failed');
    assert.equal(five.state.failure?.detail, 'out of memory');
    assert.deepEqual(five.all.slice(-2), ['later 60000', 'tell failed']);
    const again = play([{ kind: 'due' }], 0, five.state);
    assert.equal(again.state.phase, 'starting');
    const asked = play([{ kind: 'retry' }, ended], 0, five.state);
    assert.deepEqual(asked.all, ['spawn', 'later 1000', 'tell crashed'], 'a person begins a new row');
  });

  test('forgets earlier crashes of one that has run steadily since', () => {
    const first = play([{ kind: 'start' }, ready, ended, { kind: 'due' }, ready]);
    assert.equal(first.state.ends, 1);
    const { state } = play([ended], 60_000, first.state);
    assert.equal(state.ends, 1);
    assert.equal(play([ended], 59_999, first.state).state.ends, 2);
  });

  test('does not hammer at what it refuses itself, and tells of the same refusal once', () => {
    const first = play([{ kind: 'start' }, refused('port_taken')]);
    assert.deepEqual(first.all, ['spawn', 'later 60000', 'tell failed']);
    const second = play([{ kind: 'due' }, refused('port_taken')], 0, first.state);
    assert.deepEqual(second.all, ['spawn', 'later 60000']);
    assert.deepEqual(play([{ kind: 'due' }, ready], 0, second.state).all, ['spawn', 'tell recovered']);
  });

  test('uses the headless gateway that has the data, never a second one beside it', () => {
    const first = play([{ kind: 'start' }, refused('in_use')]);
    assert.deepEqual(first.all, ['spawn', 'attach']);
    const { state } = play([{ kind: 'attached', url: 'http://127.0.0.1:7000' }, ended], 0, first.state);
    assert.deepEqual([state.phase, state.host], ['running', 'headless'], 'the end of the refused process is no news');
    const gone = play([{ kind: 'silent' }, { kind: 'silent' }, { kind: 'silent' }], 0, state);
    assert.deepEqual(gone.all, ['later 15000'], 'it may only be restarting');
    assert.deepEqual(play([{ kind: 'due' }], 0, gone.state).all, ['spawn']);
    const stopped = play([{ kind: 'stop' }], 0, state);
    assert.deepEqual([stopped.state.phase, stopped.all], ['stopped', []], 'it is not ours to stop');
  });

  test('says so when the gateway that has the data cannot be joined, and looks again soon', () => {
    const failure = { kind: 'in_use', detail: 'why' } as const;
    const { state, all } = play([{ kind: 'start' }, refused('in_use'), { kind: 'unattached', failure }]);
    assert.equal(state.phase, 'failed');
    assert.deepEqual(all, ['spawn', 'attach', 'later 2000', 'tell failed']);
  });

  test('ends one that is silent three times in a row, and not one that answers in between', () => {
    const running = play([{ kind: 'start' }, ready]).state;
    const silent: Happening = { kind: 'silent' };
    assert.deepEqual(play([silent, silent, { kind: 'healthy' }, silent, silent], 0, running).all, []);
    assert.deepEqual(play([silent, silent, silent], 0, running).all, ['kill']);
  });

  test('drains before it stops, and nothing starts it again meanwhile', () => {
    const running = play([{ kind: 'start' }, ready]).state;
    const stopping = play([{ kind: 'stop' }, { kind: 'due' }, { kind: 'retry' }], 0, running);
    assert.deepEqual([stopping.state.phase, stopping.all], ['stopping', ['drain']]);
    assert.deepEqual(play([ended], 0, stopping.state), { state: IDLE, deeds: [], all: [] });
    assert.equal(play([{ kind: 'stop' }], 0, play([{ kind: 'start' }, ready, ended]).state).state.phase, 'stopped');
  });
});
