/** Fills the other lists of a large team after `fillSize`: moves, requests, alerts, mails, refusals and the audit log. */
import type Database from 'better-sqlite3';
import { auditHash, GENESIS } from '../../../gateway/audit/audit-writer.ts';
import { newId } from '../../../gateway/db/ids.ts';
import { closeFilled, DAY_MS, openForFilling } from './fill-size.ts';

const DAYS = 730;
const MOVES = 30_000;
const TICKETS = 20_000;
const ALERTS = 40_000;
const MAILS = 60_000;
const REFUSALS = 150_000;
const AUDITED = 100_000;
/** Of the newest alerts and requests: nobody has looked at them yet. */
const OPEN = 300;
const GRANTED = 50_000;

/** @param users of them, the first by their ids. @param now the newest row is an hour older. @returns seconds that it took */
export function fillLists(file: string, users: number, now: number): number {
  const startedAt = performance.now();
  const db = openForFilling(file);
  const people = db
    .prepare<[number], string>('SELECT id FROM users ORDER BY created_at, id LIMIT ?')
    .pluck()
    .all(users);
  const who = (index: number) => people[(index * 7919) % people.length] ?? '';
  /** Evenly over the years, oldest first. */
  const when = (index: number, count: number) => now - 3_600_000 - Math.round((1 - index / count) * DAYS * DAY_MS);
  db.exec('BEGIN');
  addMoves(db, who, when);
  addTickets(db, who, when);
  addAlerts(db, who, when);
  addMails(db, who, when);
  addRefusals(db, who, when);
  addAudited(db, who, when);
  db.exec('COMMIT');
  closeFilled(db);
  return (performance.now() - startedAt) / 1_000;
}

type Who = (index: number) => string;
type When = (index: number, count: number) => number;

const USE = { limit: 1_000_000, usedMonthly: 800_000, usedCredits: 0, credits: 0, held: 0, available: 200_000 };

/** Credits that operators granted: they are still there. */
function addMoves(db: Database.Database, who: Who, when: When): void {
  const kinds = ['grant', 'grant', 'bonus', 'purchase', 'compensation'];
  const insert = db.prepare(`
    INSERT INTO ledger_entries (id, user_id, period, kind, monthly_delta, credits_delta, used_monthly_after, credits_after,
      operator_id, reason, created_at)
    VALUES (@id, @user, @period, @kind, 0, ${GRANTED}, 0, (SELECT credits + ${GRANTED} FROM users WHERE id = @user), 'opr_bench',
      'for the project', @at)`);
  const credit = db.prepare(`UPDATE users SET credits = credits + ${GRANTED} WHERE id = ?`);
  for (let i = 0; i < MOVES; i++) {
    const at = when(i, MOVES);
    const period = new Date(at).toISOString().slice(0, 7);
    insert.run({ id: newId('led', at), user: who(i), period, kind: kinds[i % kinds.length], at });
    credit.run(who(i));
  }
}

function addTickets(db: Database.Database, who: Who, when: When): void {
  const kinds = ['credits', 'credits', 'credits', 'support', 'limit_change', 'objection'];
  const closed = ['approved', 'approved', 'rejected', 'answered', 'withdrawn'];
  const urgencies = ['low', 'medium', 'high', 'critical'];
  const insert = db.prepare(`
    INSERT INTO tickets (id, number, kind, status, user_id, urgency, amount, message, due_at, created_at, updated_at,
      decided_at, decided_by, decision_text, granted)
    VALUES (@id, @number, @kind, @status, @user, @urgency, 100000, @message, @due, @at, @at, @decided, @by, @text, NULL)`);
  const step = db.prepare(`
    INSERT INTO ticket_steps (id, ticket_id, step, actor_kind, actor_id, text, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)`);
  const first = Number(db.prepare('SELECT coalesce(max(number), 1000) FROM tickets').pluck().get()) + 1;
  for (let i = 0; i < TICKETS; i++) {
    const at = when(i, TICKETS);
    const isOpen = i >= TICKETS - OPEN;
    const status = isOpen ? (i % 5 === 0 ? 'asked' : 'open') : (closed[i % closed.length] ?? 'approved');
    const decided = isOpen || status === 'withdrawn' ? null : at + 3_600_000;
    const id = newId('tkt', at);
    insert.run({
      id,
      number: first + i,
      kind: kinds[i % kinds.length],
      status,
      user: who(i),
      urgency: urgencies[i % urgencies.length],
      message: `The report of the quarter needs more than the month gives (${i}).`,
      due: at + DAY_MS,
      at,
      decided,
      by: decided === null ? null : 'opr_bench',
      text: status === 'rejected' ? 'next month' : null,
    });
    step.run(newId('tks', at), id, 'opened', 'user', who(i), null, at);
    if (decided !== null) step.run(newId('tks', decided), id, status, 'operator', 'opr_bench', null, decided);
  }
}

function addAlerts(db: Database.Database, who: Who, when: When): void {
  const kinds = ['warning', 'warning', 'critical', 'early_warning', 'blocked', 'anomaly'];
  const insert = db.prepare(`
    INSERT INTO alerts (id, kind, user_id, period, dedupe_key, details, created_at, resolved_at, resolved_by)
    VALUES (@id, @kind, @user, @period, @id, @details, @at, @resolved, @by)`);
  for (let i = 0; i < ALERTS; i++) {
    const at = when(i, ALERTS);
    const isOpen = i >= ALERTS - OPEN;
    insert.run({
      id: newId('alr', at),
      kind: kinds[i % kinds.length],
      user: who(i),
      period: new Date(at).toISOString().slice(0, 7),
      details: JSON.stringify({ threshold: 80, share: 80, figures: USE }),
      at,
      resolved: isOpen ? null : at + DAY_MS,
      by: isOpen ? null : ['opr_bench', 'system', 'superseded'][i % 3],
    });
  }
}

function addMails(db: Database.Database, who: Who, when: When): void {
  const kinds = ['warning', 'critical', 'blocked', 'request_received', 'request_approved'];
  const insert = db.prepare(`
    INSERT INTO outbox (id, kind, status, position, recipient, user_id, data, message_id, attempts, next_attempt_at,
      last_error, created_at, updated_at, sent_at)
    VALUES (@id, @kind, @status, @position, 'user:' || @user, @user, @data, @id || '@example.com', 1, @at, @error, @at, @at,
      @sent)`);
  const first = Number(db.prepare('SELECT coalesce(max(position), 0) FROM outbox').pluck().get()) + 1;
  const data = JSON.stringify({ percent: 80, share: 80, daysLeft: null, figures: USE });
  for (let i = 0; i < MAILS; i++) {
    const at = when(i, MAILS);
    const status = i % 200 === 0 ? 'dead' : i % 50 === 0 ? 'skipped' : 'sent';
    insert.run({
      id: newId('mai', at),
      kind: kinds[i % kinds.length],
      status,
      position: first + i,
      user: who(i),
      data,
      at,
      error: status === 'dead' ? '550 No such mailbox' : null,
      sent: status === 'sent' ? at + 2_000 : null,
    });
  }
}

function addRefusals(db: Database.Database, who: Who, when: When): void {
  const codes = ['insufficient_quota', 'insufficient_quota', 'rate_limit_exceeded', 'model_not_allowed'];
  const insert = db.prepare(`
    INSERT INTO refusals (id, minute, user_id, key_id, code, status_code, model, endpoint, message, requests, created_at, last_at)
    VALUES (@id, @minute, @user, 'key_bench', @code, 429, @model, '/v1/chat/completions', 'The monthly limit is used up.', @requests,
      @at, @at)`);
  for (let i = 0; i < REFUSALS; i++) {
    const at = when(i, REFUSALS);
    const minute = at - (at % 60_000);
    const id = `ref_${i.toString(16).padStart(32, '0')}`;
    insert.run({ id, minute, user: who(i), code: codes[i % 4], model: `model-${i % 8}`, requests: 1 + (i % 9), at });
  }
}

/** Goes on with the chain that the first start began. */
function addAudited(db: Database.Database, who: Who, when: When): void {
  const actions = ['user.changed', 'user.tokens_moved', 'ticket.approved', 'alert.resolved', 'settings.changed'];
  const last = db.prepare<[], { seq: number; hash: string }>(
    'SELECT seq, hash FROM audit_log ORDER BY seq DESC LIMIT 1',
  );
  const insert = db.prepare(`
    INSERT INTO audit_log (seq, id, at, actor_kind, actor_id, action, target_kind, target_id, details, prev_hash, hash)
    VALUES (@seq, @id, @at, @actorKind, @actorId, @action, @targetKind, @targetId, @json, @prevHash, @hash)`);
  let { seq, hash } = last.get() ?? { seq: 0, hash: GENESIS };
  for (let i = 0; i < AUDITED; i++) {
    seq += 1;
    const at = when(i, AUDITED);
    const entry = {
      seq,
      id: newId('aud', at),
      at,
      actorKind: i % 4 === 0 ? 'system' : 'operator',
      actorId: i % 4 === 0 ? null : 'opr_bench',
      action: actions[i % actions.length] ?? 'user.changed',
      targetKind: 'user',
      targetId: who(i),
      details: { amount: i },
    };
    const prevHash = hash;
    hash = auditHash(prevHash, entry);
    insert.run({ ...entry, json: JSON.stringify(entry.details), prevHash, hash });
  }
}
