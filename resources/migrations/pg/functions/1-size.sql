-- How much a hold reserves: the twin of gateway/ledger/sizing.ts, compared with it in test/ledger/postgres-sizing.test.ts.
-- Rooms and prices are double precision because TypeScript reckons with them so: the same sums give the same answers.

CREATE OR REPLACE FUNCTION solaris_charge_@version(tokens bigint, multiplier bigint, factor bigint)
RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN multiplier = 1000000 AND factor = 1000000 THEN tokens
    ELSE least(div(tokens::numeric * multiplier * factor + 999999999999, 1000000000000), 9007199254740991)::bigint
  END
$$;

CREATE OR REPLACE FUNCTION solaris_cost_@version(prompt bigint, output bigint, price_input float8, price_output float8)
RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE
    WHEN price_input = 0 AND price_output = 0 THEN 0
    ELSE ceil((prompt::float8 * price_input + output::float8 * price_output) / 1e6)::bigint
  END
$$;

-- `output` is null when the prompt and the shortest answer do not fit (or, without `may_lower`, the wish does not).
CREATE OR REPLACE FUNCTION solaris_size_@version(
  prompt bigint, explicit bigint, choices bigint, model_maximum bigint, cap bigint, minimum bigint,
  multiplier bigint, factor bigint, price_input float8, price_output float8,
  room_tokens float8, room_usd float8, may_lower boolean,
  OUT output bigint, OUT lowered boolean, OUT charged bigint, OUT cost bigint
) LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
  most bigint;
  within float8 := 'Infinity';
  total float8;
BEGIN
  lowered := false;
  IF explicit IS NOT NULL THEN
    output := explicit;
    charged := solaris_charge_@version(prompt + output * choices, multiplier, factor);
    cost := solaris_cost_@version(prompt, output * choices, price_input, price_output);
    IF charged <= room_tokens AND cost <= room_usd THEN RETURN; END IF;
    most := explicit;
  ELSE
    IF model_maximum IS NOT NULL OR (room_tokens = 'Infinity' AND room_usd = 'Infinity') THEN
      output := coalesce(model_maximum, cap);
      charged := solaris_charge_@version(prompt + output * choices, multiplier, factor);
      cost := solaris_cost_@version(prompt, output * choices, price_input, price_output);
      -- The model's own maximum is reserved only where four such holds fit.
      IF charged * 4.0::float8 <= room_tokens AND cost * 4.0::float8 <= room_usd THEN RETURN; END IF;
    END IF;
    most := least(cap, model_maximum);
    output := most;
    lowered := model_maximum IS NULL OR most < model_maximum;
    charged := solaris_charge_@version(prompt + output * choices, multiplier, factor);
    cost := solaris_cost_@version(prompt, output * choices, price_input, price_output);
    IF charged * (1 / 0.75::float8) <= room_tokens AND cost * (1 / 0.75::float8) <= room_usd THEN RETURN; END IF;
  END IF;

  IF may_lower THEN
    -- A lowered request leaves a quarter of what is left, so that the title call beside it fits.
    IF room_tokens <> 'Infinity' THEN
      total := floor(room_tokens * 0.75::float8);
      IF total <= 0 THEN
        total := 0;
      ELSIF multiplier = 0 OR factor = 0 THEN
        total := 'Infinity';
      ELSIF multiplier <> 1000000 OR factor <> 1000000 THEN
        total := div(total::bigint::numeric * 1000000000000, multiplier::numeric * factor)::float8;
      END IF;
      within := floor((total - prompt) / choices);
    END IF;
    IF room_usd <> 'Infinity' AND price_output > 0 THEN
      within := least(within, floor((room_usd * 0.75::float8 * 1e6 - prompt::float8 * price_input) / (price_output * choices)));
    END IF;
    output := greatest(least(most::float8, within), least(most, minimum)::float8)::bigint;
    lowered := true;
    charged := solaris_charge_@version(prompt + output * choices, multiplier, factor);
    cost := solaris_cost_@version(prompt, output * choices, price_input, price_output);
    IF charged <= room_tokens AND cost <= room_usd THEN RETURN; END IF;
  END IF;
  output := NULL;
END $$;
