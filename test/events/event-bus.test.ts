import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEventBus } from '../../gateway/events/event-bus.ts';

test('emit waits for every listener, and one that fails stops none and reaches nobody else', async () => {
  const failed: unknown[] = [];
  const heard: string[] = [];
  const bus = createEventBus((error) => failed.push(error));
  const [thrown, rejected] = [new Error('thrown'), new Error('rejected')];
  bus.on(() => {
    throw thrown;
  });
  bus.on(async () => {
    throw rejected;
  });
  let finish = () => {};
  bus.on(async ({ kind }) => {
    await new Promise<void>((resolve) => {
      finish = resolve;
    });
    heard.push(`late ${kind}`);
  });
  bus.on(({ kind }) => void heard.push(kind));

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
  const leave = bus.on(() => {
    heard.push('first');
    bus.on(() => void heard.push('newcomer'));
    leave();
  });
  await bus.emit({ kind: 'keys_changed' });
  assert.deepEqual(heard, ['first']);
  await bus.emit({ kind: 'keys_changed' });
  assert.deepEqual(heard, ['first', 'newcomer']);
});
