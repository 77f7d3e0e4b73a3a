-- Several changes in one transaction group. argv: verb, target, [second] ...
-- Everything that can be checked is checked first: one refusal and nothing is done. With "check" before all, nothing is ever done.
local argv = (...)["argv"]
local refused, failed = {}, {}
local bad = false
local first = argv[1] == "check" and 2 or 1

local function each(act)
  local i = first
  while argv[i] ~= nil do
    local verb = argv[i]
    if verb == "bookmark" then
      act(verb, argv[i + 1], argv[i + 2])
      i = i + 3
    else
      act(verb, argv[i + 1])
      i = i + 2
    end
  end
end

each(function(verb, target, second)
  local err = 0
  if verb == "bookmark" then
    err = zfs.check.bookmark(target, second)
  elseif verb == "destroy" then
    err = zfs.check.destroy(target)
  end
  if err ~= 0 then
    refused[second or target] = err
    bad = true
  end
end)

if bad or first == 2 then
  return { refused = refused, failed = failed }
end

each(function(verb, target, second)
  local err
  if verb == "bookmark" then
    err = zfs.sync.bookmark(target, second)
  elseif verb == "destroy" then
    err = zfs.sync.destroy(target)
  else
    err = zfs.sync.rollback(target)
  end
  if err ~= 0 then
    failed[second or target] = err
  end
end)

return { refused = refused, failed = failed }
