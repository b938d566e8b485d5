-- One write of a kernel: conditions, then effects, in the order the arguments
-- give them. Each takes the next key, or two. Conditions come first, so a
-- write that is refused has done nothing. What is asked was checked before it
-- was sent: nothing here can fail half-way.
--
-- Answers 0, plus 4 when the take took, plus 8 when the follow has more; or 2
-- (another head) or 3 (no room); or the record that is there instead.
local call, K, A = redis.call, KEYS, ARGV
local k, i, n, answer = 0, 1, #A, 0
while i <= n do
  local op = A[i]
  k = k + 1
  local key = K[k]
  if op == 'is' then
    local head = A[i + 1]
    if head == '' then
      if call('EXISTS', key) == 1 then return call('GET', key) end
    elseif call('GETRANGE', key, 0, #head - 1) ~= head then
      return call('GET', key) or ''
    end
    i = i + 2
  elseif op == 'set' then
    call('SET', key, A[i + 1])
    i = i + 2
  elseif op == 'push' then
    local last = i + 1 + tonumber(A[i + 1])
    call('RPUSH', key, unpack(A, i + 2, last))
    i = last + 1
  elseif op == 'take' then
    local score = tonumber(call('ZSCORE', key, A[i + 1]))
    if not score or score <= tonumber(A[i + 3]) or score > tonumber(A[i + 4]) then
      call('ZADD', key, A[i + 2], A[i + 1])
      answer = answer + 4
    end
    i = i + 5
  elseif op == 'place' then
    call('ZADD', key, A[i + 2], A[i + 1])
    i = i + 3
  elseif op == 'leave' then
    call('ZREM', key, A[i + 1])
    i = i + 2
  elseif op == 'raise' then
    local last = i + 1 + tonumber(A[i + 1])
    for j = i + 2, last do call('ZINCRBY', key, 1, A[j]) end
    i = last + 1
  elseif op == 'head' then
    local first = call('LINDEX', key, 0)
    if not first or string.sub(first, 1, #A[i + 1]) ~= A[i + 1] then return 2 end
    i = i + 2
  elseif op == 'pop' then
    call('LPOP', key)
    i = i + 1
  elseif op == 'follow' then
    k = k + 1
    if call('EXISTS', K[k]) == 0 then
      call('ZREM', key, A[i + 1])
    elseif tonumber(call('ZSCORE', key, A[i + 1]) or 0) <= tonumber(A[i + 3]) then
      call('ZADD', key, A[i + 2], A[i + 1])
      answer = answer + 8
    end
    i = i + 4
  elseif op == 'room' then
    if call('LLEN', key) >= tonumber(A[i + 1]) then return 3 end
    i = i + 2
  elseif op == 'trim' then
    call('LTRIM', key, '-' .. A[i + 1], -1)
    i = i + 2
  elseif op == 'swap' then
    if call('EXISTS', key) == 1 then call('LSET', key, 0, A[i + 1]) end
    i = i + 2
  elseif op == 'drop' then
    call('DEL', key)
    i = i + 1
  elseif op == 'add' then
    call('INCRBY', key, A[i + 1])
    i = i + 2
  end
end
return answer
