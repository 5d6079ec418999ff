import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEventBus } from '../../gateway/events/event-bus.ts';

test('emit waits for every listener, and one that fails stops none and reaches nobody else', async () => {
  const failed: unknown[] = [];
  const heard: string[] = [];
  const bus = createEventBus((error) => failed.push(error));
  const [thrown, rejected] = [new Error('thrown'), new Error('rejected')];
  bus.onAny(() => {
    throw thrown;
  });
  bus.onAny(async () => {
    throw rejected;
  });
  let finish = () => {};
  bus.onAny(async ({ kind }) => {
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    heard.push(`late ${kind}`);
  });
  bus.onAny(({ kind }) => void heard.push(kind));

  const emitted = bus.emit({ kind: 'keys_changed' });
  assert.deepEqual(heard, ['keys_changed']);
  finish();
  await emitted;
  assert.deepEqual(heard, ['keys_changed', 'late keys_changed']);
  assert.deepEqual(failed, [thrown, rejected]);
});

test('a listener hears nothing after it left, nor one that comes while others are told', async () => {
  const bus = createEventBus((error) => assert.fail(String(error)));
  const heard: string[] = [];
  const leave = bus.onAny(() => {
    heard.push('first');
    bus.onAny(() => void heard.push('newcomer'));
    leave();
  });
  await bus.emit({ kind: 'keys_changed' });
  assert.deepEqual(heard, ['first']);
  await bus.emit({ kind: 'keys_changed' });
  assert.deepEqual(heard, ['first', 'newcomer']);
});

test('who listens to some kinds hears no others, and nothing after it left', async () => {
  const bus = createEventBus((error) => assert.fail(String(error)));
  const heard: string[] = [];
  const leave = bus.on(['user_changed', 'user_cancelled'], ({ kind, userId }) => void heard.push(`${kind} ${userId}`));
  await bus.emit({ kind: 'user_changed', userId: 'usr_1' });
  await bus.emit({ kind: 'request_settled', userId: 'usr_2' });
  await bus.emit({ kind: 'user_cancelled', userId: 'usr_3' });
  leave();
  await bus.emit({ kind: 'user_changed', userId: 'usr_4' });
  assert.deepEqual(heard, ['user_changed usr_1', 'user_cancelled usr_3']);
});
