/**
 * The counting that Redis does for all gateways, by its own clock: the same rules as in `token-bucket.ts` and
 * `request-rates.ts`. What is not asked for any more expires.
 */

/** Takes one token. KEYS: bucket; ARGV: tokens a second, burst. Returns 0, or the milliseconds until there is one. */
export const BUCKET_SCRIPT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local per_second, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local kept = redis.call('HMGET', KEYS[1], 'tokens', 'at')
local elapsed = math.max(0, now - (tonumber(kept[2]) or now))
local tokens = math.min(burst, (tonumber(kept[1]) or burst) + elapsed * per_second / 1000)
local wait = 0
if tokens < 1 then
  wait = math.ceil((1 - tokens) * 1000 / per_second)
else
  tokens = tokens - 1
end
redis.call('HSET', KEYS[1], 'tokens', tostring(tokens), 'at', tostring(now))
redis.call('PEXPIRE', KEYS[1], math.ceil(burst * 1000 / per_second))
return wait
`;

/** Counts one request. KEYS: window; ARGV: requests a minute. Returns 0, or the seconds to wait. */
export const MINUTE_SCRIPT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local limit = tonumber(ARGV[1])
local minute = math.floor(now / 60000)
local kept = redis.call('HMGET', KEYS[1], 'minute', 'current', 'previous')
local current, previous = 0, 0
if tonumber(kept[1]) == minute then
  current, previous = tonumber(kept[2]), tonumber(kept[3])
elseif tonumber(kept[1]) == minute - 1 then
  previous = tonumber(kept[2])
end
local into = now - minute * 60000
local weighted = current + previous * (1 - into / 60000)
if weighted + 1 > limit then
  local wait
  if current < limit then
    wait = (weighted + 1 - limit) / previous * 60000
  else
    wait = 60000 - into + (current + 1 - limit) / current * 60000
  end
  return math.max(1, math.ceil(wait / 1000))
end
redis.call('HSET', KEYS[1], 'minute', tostring(minute), 'current', tostring(current + 1), 'previous', tostring(previous))
redis.call('PEXPIRE', KEYS[1], 120000)
return 0
`;
