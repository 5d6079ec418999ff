-- Gives back what holds reserve, and forgets them. Their users' rows must be locked before.
CREATE OR REPLACE FUNCTION solaris_give_back_@version(hold_ids text[])
RETURNS TABLE (usage_id text, owner_id text, reserved bigint, cost bigint)
LANGUAGE sql VOLATILE AS $$
  WITH gone AS (
    DELETE FROM holds h WHERE h.id = ANY (hold_ids) RETURNING h.*
  ), periods AS (
    UPDATE user_periods p SET held_monthly = p.held_monthly - s.monthly
    FROM (SELECT g.user_id, g.period, sum(g.monthly_tokens)::bigint AS monthly FROM gone g GROUP BY 1, 2) s
    WHERE p.user_id = s.user_id AND p.period = s.period
  ), owners AS (
    UPDATE users u SET held_credits = u.held_credits - s.credits, open_holds = u.open_holds - s.holds
    FROM (SELECT g.user_id, sum(g.credit_tokens)::bigint AS credits, count(*) AS holds FROM gone g GROUP BY 1) s
    WHERE u.id = s.user_id
  ), shared AS (
    INSERT INTO department_periods AS d (department_id, period, held_tokens, held_micro_usd)
    SELECT c.id, g.period, -sum(g.monthly_tokens + g.credit_tokens)::bigint, -sum(g.cost_micro_usd)::bigint
    FROM gone g CROSS JOIN LATERAL (
      SELECT 'team' AS id UNION ALL SELECT g.department_id WHERE g.department_id <> 'team'
    ) c
    GROUP BY c.id, g.period ORDER BY c.id = 'team', c.id, g.period
    ON CONFLICT (department_id, period) DO UPDATE
    SET held_tokens = d.held_tokens + excluded.held_tokens, held_micro_usd = d.held_micro_usd + excluded.held_micro_usd
  )
  SELECT g.id, g.user_id, g.monthly_tokens + g.credit_tokens, g.cost_micro_usd FROM gone g ORDER BY g.id
$$;

-- Gives back the holds of gateways that are gone (all holds where `gone_ids` is null), and marks their records.
CREATE OR REPLACE FUNCTION solaris_recover_@version(gone_ids text[], at_ms bigint)
RETURNS TABLE (usage_id text, owner_id text, reserved bigint, cost bigint)
LANGUAGE plpgsql VOLATILE SET jit = off AS $$
DECLARE
  lock_ids text[];
  hold_ids text[];
BEGIN
  PERFORM pg_advisory_xact_lock_shared(@writer_lock);
  -- A gateway that came back to life meanwhile keeps what it holds; that it does waits until this is done.
  IF gone_ids IS NOT NULL THEN
    gone_ids := ARRAY(
      SELECT n FROM unnest(gone_ids) n
      WHERE NOT EXISTS (SELECT 1 FROM gateways g WHERE g.id = n AND g.stopped_at IS NULL));
    PERFORM 1 FROM gateways g WHERE g.id = ANY (gone_ids) ORDER BY g.id FOR UPDATE;
    gone_ids := ARRAY(
      SELECT n FROM unnest(gone_ids) n
      WHERE NOT EXISTS (SELECT 1 FROM gateways g WHERE g.id = n AND g.stopped_at IS NULL));
  END IF;
  lock_ids := ARRAY(SELECT DISTINCT h.user_id FROM holds h WHERE gone_ids IS NULL OR h.gateway_id = ANY (gone_ids));
  PERFORM 1 FROM users u WHERE u.id = ANY (lock_ids) ORDER BY u.id FOR NO KEY UPDATE;
  hold_ids := ARRAY(
    SELECT h.id FROM holds h
    WHERE (gone_ids IS NULL OR h.gateway_id = ANY (gone_ids)) AND h.user_id = ANY (lock_ids));
  RETURN QUERY
    WITH gone AS (
      SELECT * FROM solaris_give_back_@version(hold_ids)
    ), records AS (
      UPDATE usage_records r SET outcome = 'interrupted', usage_source = 'none', settled_at = at_ms
      FROM gone g WHERE r.id = g.usage_id AND r.outcome = 'pending'
    )
    SELECT g.usage_id, g.owner_id, g.reserved, g.cost FROM gone g ORDER BY g.usage_id;
END $$;
