-- The mix for wrk: requests are formatted once and sent in turn. The file is written by the bench: JSON is nothing that Lua knows.
local requests = {}
local turn = 0

function init(args)
  local method, path, headers, body
  for line in io.lines(args[1]) do
    local kind, rest = line:match("^(%S+) ?(.*)$")
    if kind == "request" then
      method, path = rest:match("^(%S+) (%S+)$")
      headers, body = {}, nil
    elseif kind == "header" then
      local name, value = rest:match("^(%S+) (.*)$")
      headers[name] = value
    elseif kind == "body" then
      body = rest
    elseif kind == "end" then
      requests[#requests + 1] = wrk.format(method, path, headers, body)
    end
  end
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end

function done(summary, latency)
  io.stderr:write(string.format('{"requests":%d,"p99_ms":%f}\n', summary.requests, latency:percentile(99) / 1000))
end
