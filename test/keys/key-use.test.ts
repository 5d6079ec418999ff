import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eq } from 'drizzle-orm';
import type { GatewayContext } from '../../gateway/context.ts';
import { createKeyUse, KEY_USE_PRECISION_MS } from '../../gateway/keys/key-use.ts';
import { build } from '../support/build.ts';
import { testClock } from '../support/clock.ts';
import { buildProxy } from '../support/proxy-kit.ts';

async function lastUse({ db }: Pick<GatewayContext, 'db'>, id: string): Promise<number | null> {
  const { keys } = db.tables;
  const [row] = await db.select({ at: keys.lastUsedAt }).from(keys).where(eq(keys.id, id));
  assert.ok(row);
  return row.at;
}

async function onlyKey({ db }: GatewayContext): Promise<string> {
  const [row] = await db.select({ id: db.tables.keys.id }).from(db.tables.keys);
  assert.ok(row);
  return row.id;
}

test('a request stamps its key, and later ones move the stamp on by no less than ten minutes', async (t) => {
  const clock = testClock();
  const kit = await buildProxy(t, { clock });
  const { context, gateway } = kit;
  const id = await onlyKey(context);
  assert.equal(await lastUse(context, id), null);
  const first = clock.now();
  const written = async (at: number) => {
    while ((await lastUse(context, id)) !== at) await new Promise((resolve) => setImmediate(resolve));
  };
  assert.equal((await kit.ask()).status, 200);
  await written(first);

  clock.advance(KEY_USE_PRECISION_MS - 1);
  assert.equal((await kit.ask()).status, 200);
  clock.advance(1);
  assert.equal((await kit.ask()).status, 200);
  await written(first + KEY_USE_PRECISION_MS);
  const listed = (await kit.api('/api/admin/keys')).body.items;
  assert.equal(listed[0].lastUsedAt, first + KEY_USE_PRECISION_MS);
  await gateway.stop();
});

test('ten thousand uses within ten minutes are one write, and a key that is written late keeps its latest use', async (t) => {
  const clock = testClock();
  const { context } = await build(t, { clock });
  const id = await onlyKey(context);
  let writes = 0;
  const db = new Proxy(context.db, {
    get(target, name, receiver) {
      if (name === 'update') writes += 1;
      return Reflect.get(target, name, receiver);
    },
  });
  const use = createKeyUse({ ...context, db });
  const late = createKeyUse(context);
  for (let call = 0; call < 10_000; call += 1) use.note(id);
  await use.close();
  assert.equal(writes, 1);
  const stamped = await lastUse(context, id);
  assert.equal(stamped, clock.now());

  clock.advance(-KEY_USE_PRECISION_MS);
  late.note(id);
  await late.close();
  assert.equal(await lastUse(context, id), stamped);
});

test('a use that cannot be written fails nobody, and the next one is written', async (t) => {
  const { context } = await build(t, { clock: testClock() });
  const id = await onlyKey(context);
  let isDown = true;
  const db = new Proxy(context.db, {
    get(target, name, receiver) {
      if (name === 'update' && isDown) throw new Error('The database is away.');
      return Reflect.get(target, name, receiver);
    },
  });
  const use = createKeyUse({ ...context, db });
  use.note(id);
  await use.close();
  assert.equal(await lastUse(context, id), null);
  isDown = false;
  use.note(id);
  await use.close();
  assert.notEqual(await lastUse(context, id), null);
});
