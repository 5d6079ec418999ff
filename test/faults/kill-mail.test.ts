/**
 * kill -9 around the sending of mails, over and over on the same data: every mail arrives. Only where the process dies
 * between the server's acceptance and its record is a mail sent again, and then under the same Message-ID.
 * `SOLARIS_KILL_ROUNDS=500` runs more rounds.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { openSqlite } from '../../gateway/db/sqlite.ts';
import { createKeyBox } from '../../gateway/gateway.ts';
import { createOutbox } from '../../gateway/mail/outbox.ts';
import { systemClock } from '../../gateway/ops/clock.ts';
import { MAIL_FAULT_POINTS } from '../../gateway/ops/fault-point.ts';
import { message, SMTP } from '../mail/mail-kit.ts';
import { temporaryDir } from '../support/build.ts';
import { startGatewayProcess } from '../support/gateway-process.ts';
import { startSmtp } from '../support/smtp.ts';

const ROUNDS = Number(process.env.SOLARIS_KILL_ROUNDS ?? 50);
const EMAILS = ['ana@example.com', 'bia@example.com', 'caio@example.com'];
/** A round ends two mails at most. */
const MAILS_EACH = ROUNDS;

test(`${ROUNDS} rounds of kill -9 while mails are sent lose none, and repeat none but under its own Message-ID`, {
  timeout: 900_000,
}, async (t) => {
  const smtp = await startSmtp(t);
  const dataDir = temporaryDir(t);
  const config = {
    smtp: { ...SMTP, host: '127.0.0.1', port: smtp.port },
    notices: { welcome: false },
    users: EMAILS.map((email) => ({ email, plan: 'basic' })),
  };
  const file = join(dataDir, 'ia-solaris.db');
  const migrationsFolder = join(import.meta.dirname, '../../resources/migrations/sqlite');
  const open = () => openSqlite({ file, migrationsFolder, gatewayId: 'gtw_test' });
  const start = async (faultPoint?: string) => {
    const started = await startGatewayProcess({ dataDir, config, ...(faultPoint === undefined ? {} : { faultPoint }) });
    // A test that fails must not leave it running.
    t.after(() => started.child.kill('SIGKILL'));
    return started;
  };
  // Makes the data directory and the users.
  const first = await start();
  first.child.kill('SIGTERM');
  await first.ended;
  const filled = await open();
  const users = await filled.select().from(filled.tables.users);
  const outbox = createOutbox({ clock: systemClock, secrets: createKeyBox([Buffer.alloc(32)]) }, () => undefined);
  for (let number = 0; number < MAILS_EACH; number++) {
    const text = `mail ${String(number).padStart(3, '0')}`;
    await filled.tx((tx) => outbox.enqueue(tx, ...users.map(({ id }) => message(id, text))));
  }
  await filled.close();

  let mayRepeat = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const point = MAIL_FAULT_POINTS[round % MAIL_FAULT_POINTS.length] ?? 'mail_claimed';
    if (point === 'mail_accepted') mayRepeat++;
    const gateway = await start(`${point}:${1 + (round % 2)}`);
    assert.equal(await gateway.ended, 'SIGKILL', `${point} was reached`);
  }
  const wanted = MAILS_EACH * EMAILS.length;
  const last = await start();
  await smtp.until(wanted + mayRepeat);
  last.child.kill('SIGTERM');
  assert.equal(await last.ended, '0');

  const times = new Map<string, number>();
  for (const { messageId } of smtp.received) times.set(messageId, (times.get(messageId) ?? 0) + 1);
  assert.equal(times.size, wanted, 'every mail arrived');
  const repeated = [...times.values()].filter((count) => count > 1);
  assert.deepEqual(repeated, new Array(mayRepeat).fill(2), 'only what was accepted and not written down');
  for (const email of EMAILS) {
    const subjects = [...new Set(smtp.received.filter(({ to }) => to === email).map(({ subject }) => subject))];
    assert.deepEqual(subjects, subjects.toSorted(), 'in order');
  }
  const db = await open();
  t.after(() => db.close());
  const rows = await db.select().from(db.tables.outbox);
  assert.ok(rows.length === wanted && rows.every(({ status }) => status === 'sent'));
});
