/**
 * What is done to sessions in Redis, each in one step. Times are Redis's own, in microseconds. Keys:
 *   session:ID        hash; the token's SHA-256, never the token
 *   session-token:SHA → ID; of the token before, too, which opens nothing: the session's own hash decides
 *   sessions-live:USER, sessions-of:USER   sorted by creation: what counts, and what is listed
 *   sessions-due      every live session by the moment at which a limit ends it
 * ARGV[1] is the call's own number: a script that changes something remembers its answer under it for a minute, so that a
 * call whose answer was lost can be made again and counts once. ARGV[2] is the idle limit.
 */
const PRELUDE = `
local P = 'countinghouse:'
local DUE = P .. 'sessions-due'
local KEEP = 30 * 86400
local IDLE = tonumber(ARGV[2])
local clock = redis.call('TIME')
local NOW = tonumber(clock[1]) * 1000000 + tonumber(clock[2])
local function text(n) return string.format('%.0f', n) end
local function keyOf(id) return P .. 'session:' .. id end
local function tokenKey(hash) return P .. 'session-token:' .. hash end
local function liveKey(user) return P .. 'sessions-live:' .. user end
local function listKey(user) return P .. 'sessions-of:' .. user end
local function load(id)
  local flat = redis.call('HGETALL', keyOf(id))
  local s = {}
  for i = 1, #flat, 2 do s[flat[i]] = flat[i + 1] end
  return s.id and s or nil
end
local function limitOf(s) return math.min(tonumber(s.expires), tonumber(s.seen) + IDLE) end
local function limitReason(s) return limitOf(s) == tonumber(s.expires) and 'absolute' or 'idle' end
local function isLive(s) return s ~= nil and s.ended == nil and limitOf(s) > NOW end
local function named(hash)
  local id = redis.call('GET', tokenKey(hash))
  local s = id and load(id)
  return s and s.hash == hash and s or nil
end
`;

const CHANGE = `${PRELUDE}
local OP = P .. 'session-op:' .. ARGV[1]
local done = redis.call('GET', OP)
if done then return done end
local function answer(value)
  local said = cjson.encode(value)
  redis.call('SET', OP, said, 'EX', 60)
  return said
end
local function finish(s, at, reason, by)
  redis.call('HSET', keyOf(s.id), 'ended', text(at), 'reason', reason, 'by', by)
  redis.call('EXPIRE', keyOf(s.id), KEEP)
  redis.call('EXPIRE', tokenKey(s.hash), KEEP)
  redis.call('ZREM', DUE, s.id)
  redis.call('ZREM', liveKey(s.user), s.id)
  return { id = s.id, merchant = s.merchant, reason = reason, by = by }
end
`;

/** id, hash, user, merchant, ip, agent, device, method, replaced hash, absolute limit, most, seconds until first used. */
export const CREATE = `${CHANGE}
local id, hash, user, merchant = ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local ended, live, newest = {}, {}, 0
for _, each in ipairs(redis.call('ZRANGE', liveKey(user), 0, -1)) do
  local s = load(each)
  if not s or s.ended then redis.call('ZREM', liveKey(user), each)
  else
    newest = math.max(newest, tonumber(s.created))
    if not isLive(s) then ended[#ended + 1] = finish(s, limitOf(s), limitReason(s), '')
    elseif s.hash ~= ARGV[11] then live[#live + 1] = s end
  end
end
local replaced = named(ARGV[11])
if isLive(replaced) then ended[#ended + 1] = finish(replaced, NOW, 'replaced', '') end
for i = 1, #live - tonumber(ARGV[13]) + 1 do ended[#ended + 1] = finish(live[i], NOW, 'evicted', '') end
local created = math.max(NOW, newest + 1)
local expires = created + tonumber(ARGV[12])
redis.call('HSET', keyOf(id), 'id', id, 'hash', hash, 'user', user, 'merchant', merchant, 'ip', ARGV[7], 'agent', ARGV[8],
  'device', ARGV[9], 'method', ARGV[10], 'created', text(created), 'seen', text(created), 'expires', text(expires))
redis.call('EXPIRE', keyOf(id), ARGV[14])
redis.call('SET', tokenKey(hash), id, 'EX', ARGV[14])
redis.call('ZADD', liveKey(user), text(created), id)
redis.call('ZADD', listKey(user), text(created), id)
redis.call('ZREMRANGEBYRANK', listKey(user), 0, -201)
redis.call('ZADD', DUE, text(math.min(expires, created + IDLE)), id)
local keep = KEEP + math.ceil(tonumber(ARGV[12]) / 1000000)
redis.call('EXPIRE', liveKey(user), keep)
redis.call('EXPIRE', listKey(user), keep)
return answer({ ended = ended, expires = text(expires) })
`;

/** hash, seconds after which a use is noted again. A use extends a live session only; the first one makes it stay. */
export const RESOLVE = `${PRELUDE}
local s = named(ARGV[3])
if not isLive(s) then return false end
if not s.used then
  redis.call('HSET', keyOf(s.id), 'used', '1')
  local keep = KEEP + math.ceil((tonumber(s.expires) - NOW) / 1000000)
  redis.call('EXPIRE', keyOf(s.id), keep)
  redis.call('EXPIRE', tokenKey(s.hash), keep)
end
if NOW - tonumber(s.seen) > tonumber(ARGV[4]) then
  s.seen = text(NOW)
  redis.call('HSET', keyOf(s.id), 'seen', s.seen)
  redis.call('ZADD', DUE, text(limitOf(s)), s.id)
end
return cjson.encode(s)
`;

/** hash. A look that is no use. */
export const FIND_NAMED = `${PRELUDE}
local id = redis.call('GET', tokenKey(ARGV[3]))
local s = id and load(id)
if not s then return false end
local state = s.hash ~= ARGV[3] and 'rotated' or s.reason or isLive(s) and 'live' or limitReason(s)
return cjson.encode({ id = s.id, user = s.user, merchant = s.merchant, state = state })
`;

/** hash or '', id, user or '', reason, by. */
export const END = `${CHANGE}
local s
if ARGV[3] ~= '' then s = named(ARGV[3]) else s = load(ARGV[4]) end
if not isLive(s) or (ARGV[5] ~= '' and s.user ~= ARGV[5]) then return answer({ ended = {} }) end
return answer({ ended = { finish(s, NOW, ARGV[6], ARGV[7]) } })
`;

/** user, id to spare or '', reason, by. */
export const END_ALL = `${CHANGE}
local ended = {}
for _, id in ipairs(redis.call('ZRANGE', liveKey(ARGV[3]), 0, -1)) do
  local s = load(id)
  if isLive(s) and id ~= ARGV[4] then ended[#ended + 1] = finish(s, NOW, ARGV[5], ARGV[6]) end
end
return answer({ ended = ended })
`;

/** most. Each ends at the moment at which its limit was reached. */
export const END_OVERDUE = `${CHANGE}
local ended = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', DUE, '-inf', text(NOW), 'LIMIT', 0, ARGV[3])) do
  local s = load(id)
  if not s or s.ended then redis.call('ZREM', DUE, id)
  elseif limitOf(s) <= NOW then ended[#ended + 1] = finish(s, limitOf(s), limitReason(s), '')
  else redis.call('ZADD', DUE, text(limitOf(s)), id) end
end
return answer({ ended = ended })
`;

/** id, new hash. */
export const ROTATE = `${CHANGE}
local s = load(ARGV[3])
if not isLive(s) then return answer({}) end
local left = redis.call('TTL', keyOf(s.id))
if s.previous then redis.call('DEL', tokenKey(s.previous)) end
redis.call('SET', tokenKey(ARGV[4]), s.id, 'EX', left)
redis.call('HSET', keyOf(s.id), 'hash', ARGV[4], 'previous', s.hash)
return answer({ changed = { id = s.id, merchant = s.merchant } })
`;

/** id, ip, whether it may be held, device or '' for the one it has. */
export const MOVE_TO = `${CHANGE}
local s = load(ARGV[3])
if not isLive(s) or (s.held and ARGV[5] ~= 'release') then return answer({}) end
redis.call('HSET', keyOf(s.id), 'ip', ARGV[4])
if ARGV[6] ~= '' then redis.call('HSET', keyOf(s.id), 'device', ARGV[6]) end
redis.call('HDEL', keyOf(s.id), 'held')
return answer({ changed = { id = s.id, merchant = s.merchant, ip = s.ip, device = s.device, held = s.held } })
`;

/** id. */
export const HOLD = `${CHANGE}
local s = load(ARGV[3])
if not isLive(s) or s.held then return answer({}) end
redis.call('HSET', keyOf(s.id), 'held', text(NOW))
return answer({ changed = { id = s.id, merchant = s.merchant } })
`;

/** user. */
export const LIST = `${PRELUDE}
local listed = {}
for _, id in ipairs(redis.call('ZREVRANGE', listKey(ARGV[3]), 0, -1)) do
  local s = load(id)
  if s then
    if not s.ended and not isLive(s) then s.ended, s.reason, s.by = text(limitOf(s)), limitReason(s), '' end
    if not s.ended or tonumber(s.ended) > NOW - KEEP * 1000000 then listed[#listed + 1] = s end
  end
end
return cjson.encode({ listed = listed })
`;
