-- The ledger's steps, in order, in one statement: gateway/ledger/postgres.ts sends what was asked for in one turn.
--
-- Three parts, because a statement costs far more than its rows: what all steps need is read by one query; each step is
-- then decided from that and from what those before it changed (kept in arrays, by user and by account: a user's month);
-- and everything is written at the end, by one statement a table. Only what is rare is written where it is decided.
--
-- Holds come as arrays `h_…`, settlements as arrays `s_…`; `…_seq` is a step's place among all of them. `moves` are the
-- rare ones: moves, resets, balances. The same settlement may come twice, but never with its own hold.
--
-- Locks are taken in one order by everybody: the writer's lock (shared; transactions take it alone), users by id, then
-- the shared figures by department, the team last, then the roll-ups. Shared rows are locked first only where a cap must
-- be checked against them, or holds are taken back before the steps; else they are added to at the very end, once for all
-- steps, so that they are held for the commit alone.

CREATE OR REPLACE FUNCTION solaris_ledger_@version(
  h_seq int[], h_id text[], h_user text[], h_key text[], h_at bigint[], h_period text[], h_prompt bigint[],
  h_explicit bigint[], h_choices bigint[], h_maximum bigint[], h_cap bigint[], h_minimum bigint[], h_multiplier bigint[],
  h_factor bigint[], h_input float8[], h_output float8[], h_lower boolean[], h_model text[], h_upstream text[],
  h_endpoint text[], h_method text[], h_streamed boolean[], h_agent text[], h_ip text[],
  s_seq int[], s_id text[], s_at bigint[], s_day text[], s_prompt bigint[], s_completion bigint[], s_cached bigint[],
  s_reasoning bigint[], s_total bigint[], s_written bigint[], s_audio bigint[], s_image bigint[], s_known boolean[],
  s_charged bigint[], s_cost bigint[], s_source text[], s_outcome text[], s_upstream text[], s_status bigint[],
  s_duration bigint[], s_first bigint[], s_error text[],
  moves json, m_user text[], void_ids text[],
  default_limit bigint, block_threshold bigint, soft boolean, gateway text, retried boolean
) RETURNS TABLE (
  o_kind text, o_user text, o_output bigint, o_lowered boolean, o_charged bigint, o_absorbed bigint,
  o_limit bigint, o_used_monthly bigint, o_used_credits bigint, o_credits bigint, o_held_monthly bigint, o_held_credits bigint,
  o_label text, o_reason text, o_until bigint, o_free bigint
) LANGUAGE plpgsql VOLATILE
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  step record; size record; entry record;
  infinite CONSTANT float8 := 'Infinity';
  holds_asked CONSTANT int := cardinality(h_id);
  settlements CONSTANT int := cardinality(s_id);
  steps CONSTANT int := holds_asked + settlements + json_array_length(moves);
  record_ids text[]; is_dead boolean; undo_ids text[]; shared_ids text[]; shared_periods text[];
  a int; n int; i int; c int; t int;
  -- What the steps before changed: of accounts, and of users.
  a_key text[] := '{}'; a_user text[] := array_fill(NULL::text, ARRAY[steps]); a_period text[] := a_user;
  n_user text[] := '{}';
  a_monthly bigint[] := array_fill(0::bigint, ARRAY[steps]); a_used_credits bigint[] := a_monthly;
  a_held bigint[] := a_monthly; a_opened boolean[] := array_fill(false, ARRAY[steps]);
  n_credits bigint[] := a_monthly; n_held bigint[] := a_monthly; n_open bigint[] := a_monthly;
  n_seen bigint[] := array_fill(NULL::bigint, ARRAY[steps]);
  -- What was decided, in the places of what was asked; null where nothing is to be written.
  h_monthly bigint[] := array_fill(NULL::bigint, ARRAY[holds_asked]); h_credits bigint[] := h_monthly;
  h_cost bigint[] := h_monthly; h_department text[] := array_fill(NULL::text, ARRAY[holds_asked]);
  s_monthly bigint[] := array_fill(NULL::bigint, ARRAY[settlements]); s_credits bigint[] := s_monthly;
  s_used_after bigint[] := s_monthly; s_credits_after bigint[] := s_monthly;
  s_held bigint[] := s_monthly; s_held_usd bigint[] := s_monthly;
  s_department text[] := array_fill(NULL::text, ARRAY[settlements]); s_period text[] := s_department;
  s_user text[] := s_department; s_model text[] := s_department;
  done_ids text[] := '{}';
  is_written boolean := false; is_held boolean := false;
  -- Caps that stop, by department and period.
  capped boolean;
  cap_keys text[] := '{}'; cap_ids text[]; cap_names text[]; cap_tokens float8[]; cap_usd float8[];
  available bigint; monthly_room float8; room_tokens float8; room_usd float8;
  by_monthly bigint; by_credits bigint; own_monthly bigint; own_credits bigint;
BEGIN
  PERFORM pg_advisory_xact_lock_shared(@writer_lock);
  SELECT EXISTS (SELECT 1 FROM gateways g WHERE g.id = gateway AND g.stopped_at IS NOT NULL), EXISTS (
      SELECT 1 FROM departments d WHERE d.stop_at_cap AND (d.cap_tokens IS NOT NULL OR d.cap_micro_usd IS NOT NULL))
    INTO is_dead, capped;
  -- Others took this gateway for dead. Its old holds are gone; from now on it lives again, and they see that.
  IF is_dead AND holds_asked > 0 THEN
    UPDATE gateways g SET stopped_at = NULL, heartbeat_at = g.heartbeat_at + 1
      WHERE g.id = gateway AND g.stopped_at IS NOT NULL;
  END IF;
  undo_ids := void_ids || CASE WHEN retried THEN h_id ELSE '{}' END;
  record_ids := s_id || undo_ids;
  PERFORM 1 FROM users u
    WHERE u.id = ANY (h_user || m_user || ARRAY(SELECT r.user_id FROM usage_records r WHERE r.id = ANY (record_ids)))
    ORDER BY u.id FOR NO KEY UPDATE;
  IF capped OR cardinality(undo_ids) > 0 THEN
    shared_ids := ARRAY(
      SELECT u.department_id FROM users u WHERE u.id = ANY (h_user) AND u.department_id IS NOT NULL
      UNION SELECT r.department_id FROM usage_records r WHERE r.id = ANY (record_ids) AND r.department_id IS NOT NULL
      UNION SELECT 'team');
    shared_periods := ARRAY(
      SELECT unnest(h_period) UNION SELECT r.period FROM usage_records r WHERE r.id = ANY (record_ids));
    INSERT INTO department_periods (department_id, period)
      SELECT d.id, p FROM departments d CROSS JOIN unnest(shared_periods) p WHERE d.id = ANY (shared_ids)
      ORDER BY d.id = 'team', d.id, p ON CONFLICT DO NOTHING;
    PERFORM 1 FROM department_periods d WHERE d.department_id = ANY (shared_ids) AND d.period = ANY (shared_periods)
      ORDER BY d.department_id = 'team', d.department_id, d.period FOR NO KEY UPDATE;
  END IF;

  -- Holds whose answer was lost with its connection are undone: nothing was sent on their account.
  IF cardinality(undo_ids) > 0 THEN
    undo_ids := ARRAY(SELECT h.id FROM holds h WHERE h.id = ANY (undo_ids) AND h.gateway_id = gateway);
    PERFORM solaris_give_back_@version(undo_ids);
    DELETE FROM usage_records r WHERE r.id = ANY (undo_ids);
  END IF;
  IF capped THEN
    SELECT array_agg(d.id || E'\n' || s.period), array_agg(d.id), array_agg(d.name),
        array_agg(coalesce(d.cap_tokens - s.used_tokens - s.held_tokens, infinite)),
        array_agg(coalesce(d.cap_micro_usd - s.used_micro_usd - s.held_micro_usd, infinite))
      INTO cap_keys, cap_ids, cap_names, cap_tokens, cap_usd
      FROM departments d JOIN department_periods s ON s.department_id = d.id
      WHERE d.id = ANY (shared_ids) AND s.period = ANY (shared_periods)
        AND d.stop_at_cap AND (d.cap_tokens IS NOT NULL OR d.cap_micro_usd IS NOT NULL);
    capped := cap_keys IS NOT NULL;
  END IF;

  FOR step IN
    WITH asked AS (
      SELECT s.seq, 'hold' AS kind, s.place::int, s.id, s.user_id, s.period, s.at, s.prompt, s.explicit, s.choices, s.maximum,
        s.cap, s.minimum, s.multiplier, s.factor, s.input, s.output, s.lower, 0::bigint AS charged, NULL::boolean AS is_unsettled,
        NULL::bigint AS settled_at, NULL::bigint AS was_charged, NULL::bigint AS was_absorbed,
        NULL::text AS department, NULL::text AS model, NULL::text AS hold_id, 0::bigint AS own_monthly,
        0::bigint AS own_credits, 0::bigint AS own_usd, NULL::json AS move
      FROM unnest(h_seq, h_id, h_user, h_period, h_at, h_prompt, h_explicit, h_choices, h_maximum, h_cap, h_minimum,
        h_multiplier, h_factor, h_input, h_output, h_lower) WITH ORDINALITY AS s (seq, id, user_id, period, at, prompt,
        explicit, choices, maximum, cap, minimum, multiplier, factor, input, output, lower, place)
      UNION ALL
      SELECT s.seq, 'settle', s.place::int, s.id, r.user_id, r.period, s.at, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
        NULL, NULL, NULL, s.charged,
        -- A hold that recovery gave back may still be settled late, once: only then has its record no duration.
        h.id IS NOT NULL OR r.outcome = 'interrupted' AND r.duration_ms IS NULL,
        r.settled_at, r.charged_tokens, r.absorbed_tokens,
        r.department_id, r.model, h.id, coalesce(h.monthly_tokens, 0), coalesce(h.credit_tokens, 0),
        coalesce(h.cost_micro_usd, 0), NULL
      FROM unnest(s_seq, s_id, s_at, s_charged) WITH ORDINALITY AS s (seq, id, at, charged, place)
      LEFT JOIN usage_records r ON r.id = s.id LEFT JOIN holds h ON h.id = s.id
      UNION ALL
      SELECT m.seq, m.kind, NULL, m.id, m."user", m.period, m.at, m.tokens, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
        NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, m.rest
      FROM json_to_recordset(moves) AS m (
        seq int, kind text, id text, "user" text, period text, at bigint, tokens bigint, rest json)
    )
    SELECT s.*, u.id AS owner, u.status, u.status_reason, u.suspended_until, u.department_id, u.credits, u.held_credits,
      u.open_holds, p.concurrent, m.user_id IS NOT NULL AS is_open, coalesce(m.used_monthly, 0) AS used_monthly,
      coalesce(m.used_credits, 0) AS used_credits, coalesce(m.held_monthly, 0) AS held_monthly, y.token_limit
    FROM asked s
    LEFT JOIN (users u JOIN plans p ON p.id = u.plan_id) ON u.id = s.user_id
    LEFT JOIN user_periods m ON m.user_id = s.user_id AND m.period = s.period
    CROSS JOIN LATERAL (SELECT
      CASE u.limit_mode WHEN 'unlimited' THEN NULL WHEN 'tokens' THEN coalesce(u.monthly_limit, 0) ELSE
        CASE p.limit_mode WHEN 'unlimited' THEN NULL WHEN 'tokens' THEN coalesce(p.monthly_limit, 0)
        ELSE default_limit END END AS whole) x
    CROSS JOIN LATERAL (SELECT CASE block_threshold WHEN 1000000 THEN x.whole
      ELSE div(x.whole::numeric * block_threshold, 1000000)::bigint END AS token_limit) y
    ORDER BY s.seq
  LOOP
    o_user := step.user_id; o_output := NULL; o_lowered := NULL; o_charged := NULL; o_absorbed := NULL;
    o_label := NULL; o_reason := NULL; o_until := NULL; o_free := NULL;
    IF step.owner IS NULL THEN
      o_kind := CASE step.kind WHEN 'settle' THEN 'unknown' ELSE 'unknown_user' END;
      RETURN NEXT; CONTINUE;
    END IF;
    i := step.place;
    n := array_position(n_user, step.owner);
    IF n IS NULL THEN n_user := n_user || step.owner; n := cardinality(n_user); END IF;
    a := array_position(a_key, step.owner || step.period);
    IF a IS NULL THEN
      a_key := a_key || (step.owner || step.period); a := cardinality(a_key);
      a_user[a] := step.owner; a_period[a] := step.period;
    END IF;
    o_limit := step.token_limit;
    o_used_monthly := step.used_monthly + a_monthly[a]; o_used_credits := step.used_credits + a_used_credits[a];
    o_credits := step.credits + n_credits[n];
    o_held_monthly := step.held_monthly + a_held[a]; o_held_credits := step.held_credits + n_held[n];

    -- The first touch of a period opens it, and closes those before.
    IF NOT step.is_open AND NOT a_opened[a] AND step.kind IN ('hold', 'move', 'reset') THEN
      a_opened[a] := true;
      INSERT INTO user_periods (user_id, period) VALUES (step.owner, step.period) ON CONFLICT DO NOTHING;
      FOR entry IN
        WITH closed AS (
          UPDATE user_periods m SET closed_at = step.at
          WHERE m.user_id = step.owner AND m.period < step.period AND m.closed_at IS NULL
          RETURNING m.period, m.used_monthly, m.used_credits, m.held_monthly
        )
        SELECT c.period, c.used_monthly + coalesce(d.monthly, 0) AS used_monthly,
          c.used_credits + coalesce(d.used_credits, 0) AS used_credits, c.held_monthly + coalesce(d.held, 0) AS held_monthly
        FROM closed c LEFT JOIN unnest(a_user, a_period, a_monthly, a_used_credits, a_held)
          AS d (user_id, period, monthly, used_credits, held) ON d.user_id = step.owner AND d.period = c.period
      LOOP
        INSERT INTO ledger_entries (id, user_id, period, kind, monthly_delta, credits_delta, used_monthly_after,
          credits_after, details, created_at)
        VALUES ('led_' || lpad(to_hex(step.at), 12, '0') || '7' || substr(replace(gen_random_uuid()::text, '-', ''), 14),
          step.owner, entry.period, 'reset', 0, 0, entry.used_monthly, o_credits,
          jsonb_build_object('closing', true, 'limit', o_limit, 'usedMonthly', entry.used_monthly,
            'usedCredits', entry.used_credits, 'held', entry.held_monthly), step.at);
      END LOOP;
    END IF;

    CASE step.kind
    WHEN 'hold' THEN
      IF step.status = 'suspended' AND step.suspended_until <= step.at THEN
        UPDATE users u SET status = 'active', status_reason = NULL, suspended_until = NULL, updated_at = step.at
          WHERE u.id = step.owner;
        step.status := 'active';
      END IF;
      IF step.status <> 'active' THEN
        o_kind := 'status'; o_label := step.status; o_reason := step.status_reason; o_until := step.suspended_until;
      ELSIF step.concurrent IS NOT NULL AND step.open_holds + n_open[n] >= step.concurrent THEN
        o_kind := 'concurrency'; o_free := step.concurrent;
      ELSE
        monthly_room := CASE WHEN o_limit IS NULL THEN infinite
          ELSE greatest(0, o_limit - o_used_monthly - o_held_monthly) END;
        room_tokens := monthly_room + greatest(0, o_credits - o_held_credits);
        available := CASE WHEN room_tokens = infinite THEN NULL ELSE room_tokens::bigint END;
        IF soft AND room_tokens > 0 THEN room_tokens := infinite; END IF;
        IF capped THEN
          c := array_position(cap_keys, step.department_id || E'\n' || step.period);
          t := array_position(cap_keys, E'team\n' || step.period);
          size := solaris_size_@version(step.prompt, step.explicit, step.choices, step.maximum, step.cap, step.minimum,
            step.multiplier, step.factor, step.input, step.output,
            least(room_tokens, greatest(0, least(infinite, cap_tokens[c], cap_tokens[t]))),
            greatest(0, least(infinite, cap_usd[c], cap_usd[t])), step.lower);
        ELSE
          size := solaris_size_@version(step.prompt, step.explicit, step.choices, step.maximum, step.cap, step.minimum,
            step.multiplier, step.factor, step.input, step.output, room_tokens, infinite, step.lower);
        END IF;
        IF size.output IS NOT NULL THEN
          o_kind := 'held'; o_output := size.output; o_lowered := size.lowered;
          -- Whether a cap in USD stands over it.
          o_free := CASE WHEN capped AND least(cap_usd[c], cap_usd[t]) < infinite THEN 1 ELSE 0 END;
          o_charged := CASE WHEN soft THEN least(size.charged, available) ELSE size.charged END;
          by_monthly := least(o_charged::float8, monthly_room)::bigint;
          by_credits := o_charged - by_monthly;
          a_held[a] := a_held[a] + by_monthly; n_open[n] := n_open[n] + 1;
          o_held_monthly := o_held_monthly + by_monthly;
          IF by_credits <> 0 THEN
            n_held[n] := n_held[n] + by_credits; o_held_credits := o_held_credits + by_credits;
          END IF;
          h_monthly[i] := by_monthly; h_credits[i] := by_credits; h_cost[i] := size.cost;
          h_department[i] := step.department_id;
          is_held := true;
          IF capped THEN
            FOREACH c IN ARRAY ARRAY[c, t] LOOP
              CONTINUE WHEN c IS NULL;
              cap_tokens[c] := cap_tokens[c] - o_charged; cap_usd[c] := cap_usd[c] - size.cost;
            END LOOP;
          END IF;
        ELSIF NOT step.lower THEN
          o_kind := 'short';
        ELSE
          size := solaris_size_@version(step.prompt, step.explicit, step.choices, step.maximum, step.cap, step.minimum,
            step.multiplier, step.factor, step.input, step.output, room_tokens, infinite, true);
          IF size.output IS NULL THEN
            -- Would it fit without the user's own open holds?
            room_tokens := CASE WHEN o_limit IS NULL THEN infinite
              ELSE greatest(0, o_limit - o_used_monthly) + greatest(0, o_credits) END;
            IF soft AND room_tokens > 0 THEN room_tokens := infinite; END IF;
            size := solaris_size_@version(step.prompt, step.explicit, step.choices, step.maximum, step.cap, step.minimum,
              step.multiplier, step.factor, step.input, step.output, room_tokens, infinite, true);
            o_kind := CASE WHEN size.output IS NULL THEN 'quota' ELSE 'reserved' END;
          ELSE
            -- One of the caps stops it: the department's if it would by itself, else the team's if that would.
            o_kind := 'cap';
            size := solaris_size_@version(step.prompt, step.explicit, step.choices, step.maximum, step.cap, step.minimum,
              step.multiplier, step.factor, step.input, step.output, greatest(0, cap_tokens[coalesce(c, t)]),
              greatest(0, cap_usd[coalesce(c, t)]), true);
            IF size.output IS NOT NULL AND t IS NOT NULL AND c IS NOT NULL THEN
              size := solaris_size_@version(step.prompt, step.explicit, step.choices, step.maximum, step.cap,
                step.minimum, step.multiplier, step.factor, step.input, step.output, greatest(0, cap_tokens[t]),
                greatest(0, cap_usd[t]), true);
              IF size.output IS NULL THEN c := t; END IF;
            END IF;
            c := coalesce(c, t);
            o_label := cap_ids[c]; o_reason := cap_names[c];
          END IF;
        END IF;
      END IF;

    WHEN 'settle' THEN
      IF NOT step.is_unsettled OR step.id = ANY (done_ids) THEN
        -- Sent once more because its answer was lost: this is that answer.
        o_kind := CASE WHEN retried AND step.settled_at = step.at THEN 'settled' ELSE 'already' END;
        o_charged := step.was_charged; o_absorbed := step.was_absorbed;
      ELSE
        done_ids := done_ids || step.id;
        own_monthly := step.own_monthly; own_credits := step.own_credits;
        o_held_monthly := o_held_monthly - own_monthly; o_held_credits := o_held_credits - own_credits;
        by_monthly := CASE WHEN o_limit IS NULL THEN step.charged
          ELSE least(step.charged, greatest(own_monthly, o_limit - o_used_monthly - o_held_monthly, 0)) END;
        by_credits := CASE WHEN by_monthly = step.charged THEN 0 ELSE least(step.charged - by_monthly,
          greatest(0, least(greatest(own_credits, o_credits - o_held_credits), o_credits))) END;
        o_kind := 'settled'; o_charged := by_monthly + by_credits; o_absorbed := step.charged - o_charged;
        o_used_monthly := o_used_monthly + by_monthly;
        a_monthly[a] := a_monthly[a] + by_monthly; a_held[a] := a_held[a] - own_monthly;
        IF by_credits <> 0 OR own_credits <> 0 THEN
          o_used_credits := o_used_credits + by_credits; o_credits := o_credits - by_credits;
          a_used_credits[a] := a_used_credits[a] + by_credits;
          n_credits[n] := n_credits[n] - by_credits; n_held[n] := n_held[n] - own_credits;
        END IF;
        IF step.hold_id IS NOT NULL THEN n_open[n] := n_open[n] - 1; END IF;
        n_seen[n] := step.at;
        s_monthly[i] := by_monthly; s_credits[i] := by_credits;
        s_used_after[i] := o_used_monthly; s_credits_after[i] := o_credits;
        s_held[i] := own_monthly + own_credits; s_held_usd[i] := step.own_usd;
        s_user[i] := step.owner; s_period[i] := step.period; s_department[i] := step.department; s_model[i] := step.model;
        IF capped THEN
          FOREACH c IN ARRAY ARRAY[
            array_position(cap_keys, step.department || E'\n' || step.period),
            array_position(cap_keys, E'team\n' || step.period)]
          LOOP
            CONTINUE WHEN c IS NULL;
            cap_tokens[c] := cap_tokens[c] + own_monthly + own_credits - o_charged;
            cap_usd[c] := cap_usd[c] + step.own_usd - s_cost[i];
          END LOOP;
        END IF;
      END IF;

    WHEN 'move', 'reset' THEN
      IF step.status = 'deleted' THEN o_kind := 'unknown_user'; RETURN NEXT; CONTINUE; END IF;
      SELECT e.user_id, e.kind, e.credits_delta INTO entry FROM ledger_entries e WHERE e.id = step.id;
      IF FOUND THEN
        o_kind := CASE WHEN entry.user_id = step.owner AND entry.kind = step.move ->> 'kind'
          AND entry.credits_delta = step.prompt THEN 'moved' ELSE 'other_entry' END;
      ELSIF step.prompt < 0 AND -step.prompt > greatest(0, o_credits - o_held_credits) THEN
        o_kind := 'insufficient'; o_free := greatest(0, o_credits - o_held_credits);
      ELSE
        o_kind := 'moved';
        by_monthly := CASE step.kind WHEN 'reset' THEN -o_used_monthly ELSE 0 END;
        a_monthly[a] := a_monthly[a] + by_monthly; n_credits[n] := n_credits[n] + step.prompt;
        o_used_monthly := o_used_monthly + by_monthly; o_credits := o_credits + step.prompt;
        INSERT INTO ledger_entries (id, user_id, period, kind, monthly_delta, credits_delta, used_monthly_after,
          credits_after, operator_id, reason, details, created_at)
        VALUES (step.id, step.owner, step.period, step.move ->> 'kind', by_monthly, step.prompt, o_used_monthly, o_credits,
          step.move ->> 'operator', step.move ->> 'reason', (step.move -> 'details')::jsonb, step.at);
      END IF;

    WHEN 'balance' THEN
      o_kind := 'balance';
    END CASE;
    RETURN NEXT;
  END LOOP;
  is_written := cardinality(done_ids) > 0;

  WITH accounts AS (
    UPDATE user_periods m SET used_monthly = m.used_monthly + d.monthly, used_credits = m.used_credits + d.used_credits,
      held_monthly = m.held_monthly + d.held
    FROM unnest(a_user, a_period, a_monthly, a_used_credits, a_held) AS d (user_id, period, monthly, used_credits, held)
    WHERE m.user_id = d.user_id AND m.period = d.period AND (d.monthly <> 0 OR d.used_credits <> 0 OR d.held <> 0)
  )
  UPDATE users u SET credits = u.credits + d.credits, held_credits = u.held_credits + d.held,
    open_holds = u.open_holds + d.open, last_seen_at = coalesce(d.seen, u.last_seen_at)
  FROM unnest(n_user, n_credits, n_held, n_open, n_seen) AS d (user_id, credits, held, open, seen)
  WHERE u.id = d.user_id AND (d.credits <> 0 OR d.held <> 0 OR d.open <> 0 OR d.seen IS NOT NULL);

  IF is_held THEN
    WITH kept AS (
      INSERT INTO holds (id, user_id, department_id, period, monthly_tokens, credit_tokens, cost_micro_usd, gateway_id,
        created_at)
      SELECT s.id, s.user_id, s.department, s.period, s.monthly, s.credits, s.cost, gateway, s.at
      FROM unnest(h_id, h_user, h_department, h_period, h_monthly, h_credits, h_cost, h_at)
        AS s (id, user_id, department, period, monthly, credits, cost, at) WHERE s.monthly IS NOT NULL
    )
    INSERT INTO usage_records (id, user_id, department_id, key_id, period, model, upstream_id, endpoint, method,
      streamed, reserved_tokens, outcome, user_agent, ip_address, created_at)
    SELECT s.id, s.user_id, s.department, s.key, s.period, s.model, s.upstream, s.endpoint, s.method, s.streamed,
      s.monthly + s.credits, 'pending', s.agent, s.ip, s.at
    FROM unnest(h_id, h_user, h_department, h_key, h_period, h_model, h_upstream, h_endpoint, h_method, h_streamed,
        h_monthly, h_credits, h_agent, h_ip, h_at)
      AS s (id, user_id, department, key, period, model, upstream, endpoint, method, streamed, monthly, credits, agent, ip, at)
    WHERE s.monthly IS NOT NULL;
  END IF;

  IF is_written THEN
    WITH gone AS (
      DELETE FROM holds h WHERE h.id = ANY (done_ids)
    ), entries AS (
      INSERT INTO ledger_entries (id, user_id, period, kind, monthly_delta, credits_delta, used_monthly_after,
        credits_after, usage_id, created_at)
      SELECT 'led_' || substr(s.id, 5), s.user_id, s.period, 'debit', s.monthly, -s.credits, s.used_after, s.credits_after,
        s.id, s.at
      FROM unnest(s_id, s_user, s_period, s_monthly, s_credits, s_used_after, s_credits_after, s_at)
        AS s (id, user_id, period, monthly, credits, used_after, credits_after, at)
      WHERE s.monthly + s.credits > 0
    )
    UPDATE usage_records r SET prompt_tokens = s.prompt, completion_tokens = s.completion, cached_tokens = s.cached,
      reasoning_tokens = s.reasoning, total_tokens = s.total, cache_write_tokens = s.written, audio_tokens = s.audio,
      image_tokens = s.image, price_known = s.known, charged_tokens = s.monthly + s.credits,
      absorbed_tokens = s.charged - s.monthly - s.credits, cost_micro_usd = s.cost, usage_source = s.source,
      outcome = s.outcome, upstream_id = s.upstream, status_code = s.status, duration_ms = s.duration,
      first_byte_ms = s.first, error_message = s.error, settled_at = s.at
    FROM unnest(s_id, s_prompt, s_completion, s_cached, s_reasoning, s_total, s_written, s_audio, s_image, s_known,
        s_charged, s_cost, s_source, s_outcome, s_upstream, s_status, s_duration, s_first, s_error, s_at, s_monthly, s_credits)
      AS s (id, prompt, completion, cached, reasoning, total, written, audio, image, known, charged, cost, source, outcome,
        upstream, status, duration, first, error, at, monthly, credits)
    WHERE r.id = s.id AND s.monthly IS NOT NULL;
  END IF;

  IF is_held OR is_written THEN
    INSERT INTO department_periods AS d (department_id, period, used_tokens, used_micro_usd, held_tokens, held_micro_usd)
      SELECT x.id, s.period, sum(s.used), sum(s.usd), sum(s.held), sum(s.held_usd)
      FROM (
        SELECT h.department, h.period, 0 AS used, 0 AS usd, h.monthly + h.credits AS held, h.cost AS held_usd
        FROM unnest(h_department, h_period, h_monthly, h_credits, h_cost) AS h (department, period, monthly, credits, cost)
        WHERE h.monthly IS NOT NULL
        UNION ALL
        SELECT t.department, t.period, t.monthly + t.credits, t.cost, -t.held, -t.held_usd
        FROM unnest(s_department, s_period, s_monthly, s_credits, s_cost, s_held, s_held_usd)
          AS t (department, period, monthly, credits, cost, held, held_usd)
        WHERE t.monthly IS NOT NULL
      ) s CROSS JOIN LATERAL (SELECT 'team' AS id UNION ALL SELECT s.department WHERE s.department <> 'team') x
      GROUP BY x.id, s.period ORDER BY x.id = 'team', x.id, s.period
      ON CONFLICT (department_id, period) DO UPDATE SET used_tokens = d.used_tokens + excluded.used_tokens,
        used_micro_usd = d.used_micro_usd + excluded.used_micro_usd, held_tokens = d.held_tokens + excluded.held_tokens,
        held_micro_usd = d.held_micro_usd + excluded.held_micro_usd;
  END IF;

  IF is_written THEN
    WITH sums AS MATERIALIZED (
      SELECT s.day, s.user_id, coalesce(s.department, '') AS department, s.model, s.upstream, count(*) AS requests,
        count(*) FILTER (WHERE s.outcome IN ('upstream_broke', 'upstream_error', 'interrupted')) AS errors,
        sum(s.prompt)::bigint AS prompt, sum(s.completion)::bigint AS completion, sum(s.cached)::bigint AS cached,
        sum(s.reasoning)::bigint AS reasoning, sum(s.total)::bigint AS total, sum(s.monthly + s.credits)::bigint AS charged,
        sum(s.charged - s.monthly - s.credits)::bigint AS absorbed, sum(s.cost)::bigint AS cost,
        sum(s.duration)::bigint AS duration, coalesce(sum(s.first), 0)::bigint AS first
      FROM unnest(s_day, s_user, s_department, s_model, s_upstream, s_outcome, s_prompt, s_completion, s_cached,
          s_reasoning, s_total, s_charged, s_cost, s_duration, s_first, s_monthly, s_credits)
        AS s (day, user_id, department, model, upstream, outcome, prompt, completion, cached, reasoning, total, charged,
          cost, duration, first, monthly, credits)
      WHERE s.monthly IS NOT NULL
      GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
    ), rollups AS (
      INSERT INTO daily_rollups AS t (day, user_id, department_id, model, upstream_id, requests, errors, prompt_tokens, completion_tokens, cached_tokens,
        reasoning_tokens, total_tokens, charged_tokens, absorbed_tokens, cost_micro_usd, duration_ms, first_byte_ms)
      SELECT * FROM sums
      ON CONFLICT (day, user_id, department_id, model, upstream_id) DO UPDATE SET
        requests = t.requests + excluded.requests, errors = t.errors + excluded.errors,
        prompt_tokens = t.prompt_tokens + excluded.prompt_tokens, completion_tokens = t.completion_tokens + excluded.completion_tokens,
        cached_tokens = t.cached_tokens + excluded.cached_tokens, reasoning_tokens = t.reasoning_tokens + excluded.reasoning_tokens,
        total_tokens = t.total_tokens + excluded.total_tokens, charged_tokens = t.charged_tokens + excluded.charged_tokens,
        absorbed_tokens = t.absorbed_tokens + excluded.absorbed_tokens, cost_micro_usd = t.cost_micro_usd + excluded.cost_micro_usd,
        duration_ms = t.duration_ms + excluded.duration_ms, first_byte_ms = t.first_byte_ms + excluded.first_byte_ms
    )
    INSERT INTO daily_totals AS t (day, department_id, model, upstream_id, requests, errors, prompt_tokens, completion_tokens, cached_tokens,
      reasoning_tokens, total_tokens, charged_tokens, absorbed_tokens, cost_micro_usd, duration_ms, first_byte_ms)
    SELECT x.day, x.department, x.model, x.upstream, sum(x.requests), sum(x.errors), sum(x.prompt), sum(x.completion), sum(x.cached),
      sum(x.reasoning), sum(x.total), sum(x.charged), sum(x.absorbed), sum(x.cost), sum(x.duration), sum(x.first)
    FROM sums x GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
    ON CONFLICT (day, department_id, model, upstream_id) DO UPDATE SET
        requests = t.requests + excluded.requests, errors = t.errors + excluded.errors,
        prompt_tokens = t.prompt_tokens + excluded.prompt_tokens, completion_tokens = t.completion_tokens + excluded.completion_tokens,
        cached_tokens = t.cached_tokens + excluded.cached_tokens, reasoning_tokens = t.reasoning_tokens + excluded.reasoning_tokens,
        total_tokens = t.total_tokens + excluded.total_tokens, charged_tokens = t.charged_tokens + excluded.charged_tokens,
        absorbed_tokens = t.absorbed_tokens + excluded.absorbed_tokens, cost_micro_usd = t.cost_micro_usd + excluded.cost_micro_usd,
        duration_ms = t.duration_ms + excluded.duration_ms, first_byte_ms = t.first_byte_ms + excluded.first_byte_ms;
  END IF;
END $$;
