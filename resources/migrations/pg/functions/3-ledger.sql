-- The ledger's steps, in order, in one statement: gateway/ledger/postgres.ts sends what was asked for in one turn.
--
-- Locks are taken in one order by everybody: the writer's lock (shared; transactions take it alone), users by id, then
-- the shared figures by department, the team last, then the roll-ups. Shared rows are locked first only where a cap must
-- be checked against them; else they are added to at the very end, once for all steps, so that they are held for the
-- commit alone.

CREATE OR REPLACE FUNCTION solaris_ledger_@version(
  steps json, user_ids text[], usage_ids text[], step_periods text[],
  default_limit bigint, block_threshold bigint, soft boolean, gateway text, retried boolean
) RETURNS TABLE (
  o_kind text, o_user text, o_output bigint, o_lowered boolean, o_charged bigint, o_absorbed bigint,
  o_limit bigint, o_used_monthly bigint, o_used_credits bigint, o_credits bigint, o_held_monthly bigint, o_held_credits bigint,
  o_label text, o_reason text, o_until bigint, o_free bigint
) LANGUAGE plpgsql VOLATILE
SET enable_seqscan = off SET jit = off SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  step record; me record; bill record; size record; cap record; entry record;
  infinite CONSTANT float8 := 'Infinity';
  lock_ids text[];
  shared_ids text[];
  capped boolean;
  cap_ids text[]; cap_names text[]; cap_tokens float8[]; cap_usd float8[];
  held_monthly bigint; held_credits bigint; monthly_room float8; tokens bigint; room_tokens float8; room_usd float8;
  by_monthly bigint; by_credits bigint; own_monthly bigint; own_credits bigint; own_usd bigint;
  sum_departments text[] := '{}'; sum_periods text[] := '{}';
  sum_used bigint[] := '{}'; sum_usd bigint[] := '{}'; sum_held bigint[] := '{}'; sum_held_usd bigint[] := '{}';
  settled_ids text[] := '{}'; settled_days text[] := '{}';
  department text; change_used bigint; change_usd bigint; change_held bigint; change_held_usd bigint; change_period text;
BEGIN
  PERFORM pg_advisory_xact_lock_shared(@writer_lock);
  -- Others took this gateway for dead. Its old holds are gone; from now on it lives again, and they see that.
  IF cardinality(step_periods) > 0 THEN
    UPDATE gateways g SET stopped_at = NULL, heartbeat_at = g.heartbeat_at + 1
      WHERE g.id = gateway AND g.stopped_at IS NOT NULL;
  END IF;
  lock_ids := ARRAY(
    SELECT unnest(user_ids) UNION SELECT r.user_id FROM usage_records r WHERE r.id = ANY (usage_ids));
  PERFORM 1 FROM users u WHERE u.id = ANY (lock_ids) ORDER BY u.id FOR NO KEY UPDATE;
  capped := EXISTS (
    SELECT 1 FROM departments d WHERE d.stop_at_cap AND (d.cap_tokens IS NOT NULL OR d.cap_micro_usd IS NOT NULL));
  IF capped THEN
    shared_ids := ARRAY(
      SELECT u.department_id FROM users u WHERE u.id = ANY (lock_ids) AND u.department_id IS NOT NULL
      UNION SELECT r.department_id FROM usage_records r WHERE r.id = ANY (usage_ids) AND r.department_id IS NOT NULL
      UNION SELECT 'team');
    capped := EXISTS (
      SELECT 1 FROM departments d WHERE d.id = ANY (shared_ids) AND d.stop_at_cap
        AND (d.cap_tokens IS NOT NULL OR d.cap_micro_usd IS NOT NULL));
  END IF;
  IF capped THEN
    step_periods := ARRAY(
      SELECT unnest(step_periods) UNION SELECT r.period FROM usage_records r WHERE r.id = ANY (usage_ids));
    INSERT INTO department_periods (department_id, period)
      SELECT d.id, p FROM departments d CROSS JOIN unnest(step_periods) p WHERE d.id = ANY (shared_ids)
      ORDER BY d.id = 'team', d.id, p ON CONFLICT DO NOTHING;
    PERFORM 1 FROM department_periods d WHERE d.department_id = ANY (shared_ids) AND d.period = ANY (step_periods)
      ORDER BY d.department_id = 'team', d.department_id, d.period FOR NO KEY UPDATE;
  END IF;

  FOR step IN SELECT * FROM json_to_recordset(steps) AS s (
    kind text, id text, "user" text, key text, at bigint, period text, prompt bigint, explicit bigint, choices bigint,
    maximum bigint, cap bigint, minimum bigint, multiplier bigint, factor bigint, input float8, output float8,
    lower boolean, model text, upstream text, endpoint text, method text, streamed boolean, agent text, ip text,
    day text, completion bigint, cached bigint, reasoning bigint, total bigint, charged bigint, cost bigint, source text,
    outcome text, status bigint, duration bigint, first bigint, error text, move text, tokens bigint, reason text,
    operator text, details json, written bigint, audio bigint, image bigint, known boolean
  ) LOOP
    o_kind := NULL; o_user := step."user"; o_output := NULL; o_lowered := NULL; o_charged := NULL; o_absorbed := NULL;
    o_label := NULL; o_reason := NULL; o_until := NULL; o_free := NULL;
    change_period := NULL; change_used := 0; change_usd := 0; change_held := 0; change_held_usd := 0;

    -- A hold whose answer was lost with its connection is undone: nothing was sent on its account.
    IF step.kind = 'void' OR (retried AND step.kind = 'hold') THEN
      DELETE FROM holds h WHERE h.id = step.id AND h.gateway_id = gateway
        RETURNING h.user_id, h.period, h.department_id, h.monthly_tokens, h.credit_tokens, h.cost_micro_usd INTO bill;
      IF FOUND THEN
        DELETE FROM usage_records r WHERE r.id = step.id;
        UPDATE user_periods p SET held_monthly = p.held_monthly - bill.monthly_tokens
          WHERE p.user_id = bill.user_id AND p.period = bill.period;
        UPDATE users u SET held_credits = u.held_credits - bill.credit_tokens, open_holds = u.open_holds - 1
          WHERE u.id = bill.user_id;
        FOREACH department IN ARRAY CASE
          WHEN bill.department_id IS NULL OR bill.department_id = 'team' THEN ARRAY['team']
          ELSE ARRAY[bill.department_id, 'team'] END
        LOOP
          UPDATE department_periods d SET held_tokens = d.held_tokens - bill.monthly_tokens - bill.credit_tokens,
            held_micro_usd = d.held_micro_usd - bill.cost_micro_usd
            WHERE d.department_id = department AND d.period = bill.period;
        END LOOP;
      END IF;
      IF step.kind = 'void' THEN o_kind := 'voided'; RETURN NEXT; CONTINUE; END IF;
    END IF;

    IF step.kind = 'settle' THEN
      SELECT r.user_id, r.department_id, r.period, r.outcome, r.settled_at, r.charged_tokens, r.absorbed_tokens,
             h.id AS hold_id, h.monthly_tokens, h.credit_tokens, h.cost_micro_usd INTO bill
        FROM usage_records r LEFT JOIN holds h ON h.id = r.id WHERE r.id = step.id;
      IF NOT FOUND THEN o_kind := 'unknown'; RETURN NEXT; CONTINUE; END IF;
      o_user := bill.user_id;
      step.period := bill.period;
    END IF;

    SELECT u.id, u.status, u.status_reason, u.suspended_until, u.department_id, u.credits, u.held_credits, u.open_holds,
           p.concurrent, m.used_monthly, m.used_credits, m.held_monthly,
           CASE u.limit_mode WHEN 'unlimited' THEN NULL WHEN 'tokens' THEN coalesce(u.monthly_limit, 0) ELSE
             CASE p.limit_mode WHEN 'unlimited' THEN NULL WHEN 'tokens' THEN coalesce(p.monthly_limit, 0)
             ELSE default_limit END END AS token_limit
      INTO me
      FROM users u JOIN plans p ON p.id = u.plan_id
      LEFT JOIN user_periods m ON m.user_id = u.id AND m.period = step.period
      WHERE u.id = o_user;
    IF NOT FOUND THEN
      o_kind := CASE step.kind WHEN 'settle' THEN 'unknown' ELSE 'unknown_user' END;
      RETURN NEXT; CONTINUE;
    END IF;
    IF block_threshold <> 1000000 THEN
      me.token_limit := div(me.token_limit::numeric * block_threshold, 1000000);
    END IF;

    -- The first touch of a period opens it, and closes those before.
    IF me.used_monthly IS NULL THEN
      IF step.kind IN ('hold', 'move', 'reset') THEN
        INSERT INTO user_periods (user_id, period) VALUES (me.id, step.period) ON CONFLICT DO NOTHING;
        FOR entry IN UPDATE user_periods m SET closed_at = step.at
          WHERE m.user_id = me.id AND m.period < step.period AND m.closed_at IS NULL
          RETURNING m.period, m.used_monthly, m.used_credits, m.held_monthly
        LOOP
          INSERT INTO ledger_entries (id, user_id, period, kind, monthly_delta, credits_delta, used_monthly_after,
            credits_after, details, created_at)
          VALUES ('led_' || lpad(to_hex(step.at), 12, '0') || '7' || substr(replace(gen_random_uuid()::text, '-', ''), 14),
            me.id, entry.period, 'reset', 0, 0, entry.used_monthly, me.credits,
            jsonb_build_object('closing', true, 'limit', me.token_limit, 'usedMonthly', entry.used_monthly,
              'usedCredits', entry.used_credits, 'held', entry.held_monthly), step.at);
        END LOOP;
      END IF;
      me.used_monthly := 0; me.used_credits := 0; me.held_monthly := 0;
    END IF;
    held_monthly := me.held_monthly; held_credits := me.held_credits;

    CASE step.kind
    WHEN 'hold' THEN
      IF me.status = 'suspended' AND me.suspended_until <= step.at THEN
        UPDATE users u SET status = 'active', status_reason = NULL, suspended_until = NULL, updated_at = step.at
          WHERE u.id = me.id;
        me.status := 'active';
      END IF;
      monthly_room := CASE WHEN me.token_limit IS NULL THEN infinite
        ELSE greatest(0, me.token_limit - me.used_monthly - held_monthly) END;
      room_tokens := monthly_room + greatest(0, me.credits - held_credits);
      tokens := CASE WHEN room_tokens = infinite THEN NULL ELSE room_tokens::bigint END;
      IF soft AND room_tokens > 0 THEN room_tokens := infinite; END IF;
      room_usd := infinite;
      cap_ids := '{}'; cap_names := '{}'; cap_tokens := '{}'; cap_usd := '{}';
      IF me.status <> 'active' THEN
        o_kind := 'status'; o_label := me.status; o_reason := me.status_reason; o_until := me.suspended_until;
      ELSIF me.concurrent IS NOT NULL AND me.open_holds >= me.concurrent THEN
        o_kind := 'concurrency'; o_free := me.concurrent;
      ELSE
        size := NULL;
        own_usd := NULL;
        IF capped THEN
          FOR cap IN
            SELECT d.id, d.name,
              CASE WHEN d.cap_tokens IS NULL THEN infinite
                ELSE greatest(0, d.cap_tokens - coalesce(s.used_tokens + s.held_tokens, 0)) END AS room_tokens,
              CASE WHEN d.cap_micro_usd IS NULL THEN infinite
                ELSE greatest(0, d.cap_micro_usd - coalesce(s.used_micro_usd + s.held_micro_usd, 0)) END AS room_usd
            FROM departments d LEFT JOIN department_periods s ON s.department_id = d.id AND s.period = step.period
            WHERE (d.id = me.department_id OR d.id = 'team') AND d.stop_at_cap
              AND (d.cap_tokens IS NOT NULL OR d.cap_micro_usd IS NOT NULL)
            ORDER BY d.id = 'team'
          LOOP
            cap_ids := cap_ids || cap.id; cap_names := cap_names || cap.name;
            cap_tokens := cap_tokens || cap.room_tokens; cap_usd := cap_usd || cap.room_usd;
          END LOOP;
        END IF;
        SELECT * INTO size FROM solaris_size_@version(step.prompt, step.explicit, step.choices, step.maximum, step.cap,
          step.minimum, step.multiplier, step.factor, step.input, step.output,
          least(room_tokens, (SELECT min(c) FROM unnest(cap_tokens) c)),
          least(room_usd, (SELECT min(c) FROM unnest(cap_usd) c)), step.lower);
        IF size.output IS NOT NULL THEN
          o_kind := 'held'; o_output := size.output; o_lowered := size.lowered;
          o_charged := CASE WHEN soft THEN least(size.charged, tokens) ELSE size.charged END;
          by_monthly := least(o_charged::float8, monthly_room)::bigint;
          by_credits := o_charged - by_monthly;
          UPDATE user_periods m SET held_monthly = m.held_monthly + by_monthly
            WHERE m.user_id = me.id AND m.period = step.period;
          UPDATE users u SET held_credits = u.held_credits + by_credits, open_holds = u.open_holds + 1 WHERE u.id = me.id;
          INSERT INTO holds (id, user_id, department_id, period, monthly_tokens, credit_tokens, cost_micro_usd,
            gateway_id, created_at)
          VALUES (step.id, me.id, me.department_id, step.period, by_monthly, by_credits, size.cost, gateway, step.at);
          INSERT INTO usage_records (id, user_id, department_id, key_id, period, model, upstream_id, endpoint, method,
            streamed, reserved_tokens, outcome, user_agent, ip_address, created_at)
          VALUES (step.id, me.id, me.department_id, step.key, step.period, step.model, step.upstream, step.endpoint,
            step.method, step.streamed, o_charged, 'pending', step.agent, step.ip, step.at);
          held_monthly := held_monthly + by_monthly; held_credits := held_credits + by_credits;
          change_period := step.period; change_held := o_charged; change_held_usd := size.cost;
        ELSIF NOT step.lower THEN
          o_kind := 'short';
        ELSE
          SELECT * INTO size FROM solaris_size_@version(step.prompt, step.explicit, step.choices, step.maximum, step.cap,
            step.minimum, step.multiplier, step.factor, step.input, step.output, room_tokens, infinite, true);
          IF size.output IS NULL THEN
            -- Would it fit without the user's own open holds?
            room_tokens := CASE WHEN me.token_limit IS NULL THEN infinite
              ELSE greatest(0, me.token_limit - me.used_monthly) + greatest(0, me.credits) END;
            IF soft AND room_tokens > 0 THEN room_tokens := infinite; END IF;
            SELECT * INTO size FROM solaris_size_@version(step.prompt, step.explicit, step.choices, step.maximum, step.cap,
              step.minimum, step.multiplier, step.factor, step.input, step.output, room_tokens, infinite, true);
            o_kind := CASE WHEN size.output IS NULL THEN 'quota' ELSE 'reserved' END;
          ELSE
            o_kind := CASE WHEN cardinality(cap_ids) = 0 THEN 'quota' ELSE 'cap' END;
            o_label := cap_ids[1]; o_reason := cap_names[1];
            FOR i IN 1 .. cardinality(cap_ids) LOOP
              SELECT * INTO size FROM solaris_size_@version(step.prompt, step.explicit, step.choices, step.maximum,
                step.cap, step.minimum, step.multiplier, step.factor, step.input, step.output,
                cap_tokens[i], cap_usd[i], true);
              IF size.output IS NULL THEN o_label := cap_ids[i]; o_reason := cap_names[i]; EXIT; END IF;
            END LOOP;
          END IF;
        END IF;
      END IF;

    WHEN 'settle' THEN
      IF bill.hold_id IS NULL AND bill.outcome <> 'interrupted'
        OR retried AND bill.hold_id IS NULL AND bill.settled_at = step.at AND bill.outcome = step.outcome THEN
        -- Sent once more because its answer was lost: this is that answer.
        o_kind := CASE WHEN retried AND bill.settled_at = step.at THEN 'settled' ELSE 'already' END;
        o_charged := bill.charged_tokens; o_absorbed := bill.absorbed_tokens;
      ELSE
        own_monthly := coalesce(bill.monthly_tokens, 0); own_credits := coalesce(bill.credit_tokens, 0);
        held_monthly := held_monthly - own_monthly; held_credits := held_credits - own_credits;
        by_monthly := CASE WHEN me.token_limit IS NULL THEN step.charged
          ELSE least(step.charged, greatest(own_monthly, me.token_limit - me.used_monthly - held_monthly, 0)) END;
        by_credits := least(step.charged - by_monthly,
          greatest(0, least(greatest(own_credits, me.credits - held_credits), me.credits)));
        o_charged := by_monthly + by_credits;
        o_absorbed := step.charged - o_charged;
        o_kind := 'settled';
        IF bill.hold_id IS NOT NULL THEN DELETE FROM holds h WHERE h.id = step.id; END IF;
        UPDATE user_periods m SET used_monthly = m.used_monthly + by_monthly, used_credits = m.used_credits + by_credits,
          held_monthly = m.held_monthly - own_monthly WHERE m.user_id = me.id AND m.period = step.period;
        UPDATE users u SET credits = u.credits - by_credits, held_credits = u.held_credits - own_credits,
          open_holds = u.open_holds - (bill.hold_id IS NOT NULL)::int, last_seen_at = step.at WHERE u.id = me.id;
        me.used_monthly := me.used_monthly + by_monthly; me.used_credits := me.used_credits + by_credits;
        me.credits := me.credits - by_credits;
        IF o_charged > 0 THEN
          INSERT INTO ledger_entries (id, user_id, period, kind, monthly_delta, credits_delta, used_monthly_after,
            credits_after, usage_id, created_at)
          VALUES ('led_' || substr(step.id, 5), me.id, step.period, 'debit', by_monthly, -by_credits, me.used_monthly,
            me.credits, step.id, step.at);
        END IF;
        UPDATE usage_records r SET prompt_tokens = step.prompt, completion_tokens = step.completion,
          cached_tokens = step.cached, reasoning_tokens = step.reasoning, total_tokens = step.total,
          cache_write_tokens = step.written, audio_tokens = step.audio, image_tokens = step.image, price_known = step.known,
          charged_tokens = by_monthly + by_credits, absorbed_tokens = step.charged - by_monthly - by_credits,
          cost_micro_usd = step.cost, usage_source = step.source, outcome = step.outcome, upstream_id = step.upstream,
          status_code = step.status, duration_ms = step.duration, first_byte_ms = step.first, error_message = step.error,
          settled_at = step.at WHERE r.id = step.id;
        settled_ids := settled_ids || step.id; settled_days := settled_days || step.day;
        me.department_id := bill.department_id;
        change_period := step.period; change_used := o_charged; change_usd := step.cost;
        change_held := -(own_monthly + own_credits); change_held_usd := -coalesce(bill.cost_micro_usd, 0);
      END IF;

    WHEN 'move', 'reset' THEN
      IF me.status = 'deleted' THEN o_kind := 'unknown_user'; RETURN NEXT; CONTINUE; END IF;
      SELECT e.user_id, e.kind, e.credits_delta INTO entry FROM ledger_entries e WHERE e.id = step.id;
      IF FOUND THEN
        o_kind := CASE WHEN entry.user_id = me.id AND entry.kind = step.move AND entry.credits_delta = step.tokens
          THEN 'moved' ELSE 'other_entry' END;
      ELSIF step.tokens < 0 AND -step.tokens > greatest(0, me.credits - held_credits) THEN
        o_kind := 'insufficient'; o_free := greatest(0, me.credits - held_credits);
      ELSE
        o_kind := 'moved';
        by_monthly := CASE step.kind WHEN 'reset' THEN -me.used_monthly ELSE 0 END;
        IF step.kind = 'reset' THEN
          UPDATE user_periods m SET used_monthly = 0 WHERE m.user_id = me.id AND m.period = step.period;
        ELSE
          UPDATE users u SET credits = u.credits + step.tokens WHERE u.id = me.id;
        END IF;
        me.used_monthly := me.used_monthly + by_monthly; me.credits := me.credits + step.tokens;
        INSERT INTO ledger_entries (id, user_id, period, kind, monthly_delta, credits_delta, used_monthly_after,
          credits_after, operator_id, reason, details, created_at)
        VALUES (step.id, me.id, step.period, step.move, by_monthly, step.tokens, me.used_monthly, me.credits,
          step.operator, step.reason, step.details::jsonb, step.at);
      END IF;

    WHEN 'balance' THEN
      o_kind := 'balance';
    END CASE;

    IF change_period IS NOT NULL THEN
      FOREACH department IN ARRAY CASE WHEN me.department_id IS NULL OR me.department_id = 'team' THEN ARRAY['team']
        ELSE ARRAY[me.department_id, 'team'] END
      LOOP
        IF capped THEN
          UPDATE department_periods d SET used_tokens = d.used_tokens + change_used,
            used_micro_usd = d.used_micro_usd + change_usd, held_tokens = d.held_tokens + change_held,
            held_micro_usd = d.held_micro_usd + change_held_usd
            WHERE d.department_id = department AND d.period = change_period;
        ELSE
          sum_departments := sum_departments || department; sum_periods := sum_periods || change_period;
          sum_used := sum_used || change_used; sum_usd := sum_usd || change_usd;
          sum_held := sum_held || change_held; sum_held_usd := sum_held_usd || change_held_usd;
        END IF;
      END LOOP;
    END IF;
    o_user := me.id; o_limit := me.token_limit; o_used_monthly := me.used_monthly; o_used_credits := me.used_credits;
    o_credits := me.credits; o_held_monthly := held_monthly; o_held_credits := held_credits;
    RETURN NEXT;
  END LOOP;

  IF cardinality(sum_departments) > 0 THEN
    INSERT INTO department_periods AS d (department_id, period, used_tokens, used_micro_usd, held_tokens, held_micro_usd)
      SELECT s.department, s.period, sum(s.used), sum(s.usd), sum(s.held), sum(s.held_usd)
      FROM unnest(sum_departments, sum_periods, sum_used, sum_usd, sum_held, sum_held_usd)
        AS s (department, period, used, usd, held, held_usd)
      GROUP BY s.department, s.period ORDER BY s.department = 'team', s.department, s.period
      ON CONFLICT (department_id, period) DO UPDATE SET used_tokens = d.used_tokens + excluded.used_tokens,
        used_micro_usd = d.used_micro_usd + excluded.used_micro_usd, held_tokens = d.held_tokens + excluded.held_tokens,
        held_micro_usd = d.held_micro_usd + excluded.held_micro_usd;
  END IF;
  IF cardinality(settled_ids) > 0 THEN
    INSERT INTO daily_rollups AS t (day, user_id, department_id, model, upstream_id, requests, errors, prompt_tokens, completion_tokens, cached_tokens, reasoning_tokens, total_tokens,
        charged_tokens, absorbed_tokens, cost_micro_usd, duration_ms, first_byte_ms)
      SELECT s.day, r.user_id, coalesce(r.department_id, ''), r.model, r.upstream_id, count(*), count(*) FILTER (WHERE r.outcome IN ('upstream_broke', 'upstream_error', 'interrupted')),
        sum(r.prompt_tokens), sum(r.completion_tokens), sum(r.cached_tokens), sum(r.reasoning_tokens),
        sum(r.total_tokens), sum(r.charged_tokens), sum(r.absorbed_tokens), sum(r.cost_micro_usd),
        sum(r.duration_ms), coalesce(sum(r.first_byte_ms), 0)
      FROM unnest(settled_ids, settled_days) AS s (id, day) JOIN usage_records r ON r.id = s.id
      GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
      ON CONFLICT (day, user_id, department_id, model, upstream_id) DO UPDATE SET
        requests = t.requests + excluded.requests, errors = t.errors + excluded.errors,
        prompt_tokens = t.prompt_tokens + excluded.prompt_tokens,
        completion_tokens = t.completion_tokens + excluded.completion_tokens,
        cached_tokens = t.cached_tokens + excluded.cached_tokens,
        reasoning_tokens = t.reasoning_tokens + excluded.reasoning_tokens,
        total_tokens = t.total_tokens + excluded.total_tokens,
        charged_tokens = t.charged_tokens + excluded.charged_tokens,
        absorbed_tokens = t.absorbed_tokens + excluded.absorbed_tokens,
        cost_micro_usd = t.cost_micro_usd + excluded.cost_micro_usd,
        duration_ms = t.duration_ms + excluded.duration_ms,
        first_byte_ms = t.first_byte_ms + excluded.first_byte_ms;
    INSERT INTO daily_totals AS t (day, department_id, model, upstream_id, requests, errors, prompt_tokens, completion_tokens, cached_tokens, reasoning_tokens, total_tokens,
        charged_tokens, absorbed_tokens, cost_micro_usd, duration_ms, first_byte_ms)
      SELECT s.day, coalesce(r.department_id, ''), r.model, r.upstream_id, count(*), count(*) FILTER (WHERE r.outcome IN ('upstream_broke', 'upstream_error', 'interrupted')),
        sum(r.prompt_tokens), sum(r.completion_tokens), sum(r.cached_tokens), sum(r.reasoning_tokens),
        sum(r.total_tokens), sum(r.charged_tokens), sum(r.absorbed_tokens), sum(r.cost_micro_usd),
        sum(r.duration_ms), coalesce(sum(r.first_byte_ms), 0)
      FROM unnest(settled_ids, settled_days) AS s (id, day) JOIN usage_records r ON r.id = s.id
      GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
      ON CONFLICT (day, department_id, model, upstream_id) DO UPDATE SET
        requests = t.requests + excluded.requests, errors = t.errors + excluded.errors,
        prompt_tokens = t.prompt_tokens + excluded.prompt_tokens,
        completion_tokens = t.completion_tokens + excluded.completion_tokens,
        cached_tokens = t.cached_tokens + excluded.cached_tokens,
        reasoning_tokens = t.reasoning_tokens + excluded.reasoning_tokens,
        total_tokens = t.total_tokens + excluded.total_tokens,
        charged_tokens = t.charged_tokens + excluded.charged_tokens,
        absorbed_tokens = t.absorbed_tokens + excluded.absorbed_tokens,
        cost_micro_usd = t.cost_micro_usd + excluded.cost_micro_usd,
        duration_ms = t.duration_ms + excluded.duration_ms,
        first_byte_ms = t.first_byte_ms + excluded.first_byte_ms;
  END IF;
END $$;
