/** The size of a hold is reckoned twice, by TypeScript for SQLite and by a function in Postgres: always the same. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { UNIT_RATE } from '../../gateway/ledger/charge.ts';
import { type HoldWish, type Room, sizeHold } from '../../gateway/ledger/sizing.ts';
import { createTestDatabase } from '../support/postgres-database.ts';
import { type Chance, chance } from '../support/random.ts';

const CASES = 5_000;

interface Case {
  wish: HoldWish;
  room: Room;
  mayLower: boolean;
}

function anyCase(random: Chance): Case {
  const magnitude = () => random.below(10 ** (1 + random.below(7)));
  return {
    wish: {
      promptTokens: magnitude(),
      output: {
        explicit: random.happens(50) ? magnitude() : null,
        choices: random.happens(80) ? 1 : 1 + random.below(8),
        modelMaximum: random.happens(50) ? 1 + magnitude() : null,
        cap: 1 + magnitude(),
        minimum: random.below(512),
      },
      rate: random.happens(50)
        ? UNIT_RATE
        : { multiplier: random.below(3_000_000), factor: random.happens(50) ? 1_000_000 : random.below(5_000_000) },
      price: random.happens(50)
        ? { input: 0, cachedInput: 0, output: 0 }
        : { input: random.below(20_000_000), cachedInput: 0, output: random.below(80_000_000) },
    },
    room: {
      tokens: random.happens(15) ? Number.POSITIVE_INFINITY : magnitude() * 3,
      microUsd: random.happens(70) ? Number.POSITIVE_INFINITY : magnitude(),
    },
    mayLower: random.happens(70),
  };
}

test(`${CASES} random wishes get the same size on both engines`, async (t) => {
  const seed = Number(process.env.LEDGER_SEED ?? Math.floor(Math.random() * 2 ** 32));
  t.diagnostic(`LEDGER_SEED=${seed}`);
  const random = chance(seed);
  const database = await createTestDatabase();
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  t.after(async () => {
    await client.end();
    await database.drop();
  });
  const { rows: functions } = await client.query(`SELECT proname FROM pg_proc WHERE proname ~ '^solaris_size_'`);
  const cases = Array.from({ length: CASES }, () => anyCase(random));
  const { rows } = await client.query(
    `SELECT s.output::float8, s.lowered, s.charged::float8, s.cost::float8
     FROM ROWS FROM (json_to_recordset($1) AS (
       prompt bigint, explicit bigint, choices bigint, model_maximum bigint, cap bigint, minimum bigint,
       multiplier bigint, factor bigint, price_input float8, price_output float8,
       room_tokens float8, room_usd float8, may_lower boolean)) WITH ORDINALITY AS w(
       prompt, explicit, choices, model_maximum, cap, minimum, multiplier, factor, price_input, price_output,
       room_tokens, room_usd, may_lower, number),
     LATERAL ${functions[0].proname}(prompt, explicit, choices, model_maximum, cap, minimum, multiplier, factor,
       price_input, price_output, room_tokens, room_usd, may_lower) AS s
     ORDER BY w.number`,
    [JSON.stringify(cases.map(asRow))],
  );
  assert.equal(rows.length, CASES);
  let sizes = 0;
  for (const [index, { wish, room, mayLower }] of cases.entries()) {
    const expected = sizeHold(wish, [room], mayLower);
    const { output, lowered, charged, cost } = rows[index];
    const found =
      output === null ? null : { outputTokens: output, lowered, chargedTokens: charged, costMicroUsd: cost };
    assert.deepEqual(found, expected, `seed ${seed}: ${JSON.stringify(asRow(cases[index] as Case))}`);
    if (expected) sizes++;
  }
  assert.ok(sizes > CASES / 10 && sizes < CASES, `${sizes} of them fit`);
});

function asRow({ wish, room, mayLower }: Case) {
  const { explicit, choices, modelMaximum, cap, minimum } = wish.output;
  return {
    prompt: wish.promptTokens,
    explicit,
    choices,
    model_maximum: modelMaximum,
    cap,
    minimum,
    multiplier: wish.rate.multiplier,
    factor: wish.rate.factor,
    price_input: wish.price.input,
    price_output: wish.price.output,
    room_tokens: String(room.tokens),
    room_usd: String(room.microUsd),
    may_lower: mayLower,
  };
}
