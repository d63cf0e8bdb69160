-- Leaves the entries $1 only the values $2; those without any end, and the message $3 says why. Uses _trigger_log_pkey.
update salesforce._trigger_log l
set "values" = coalesce(y.rest, l."values"),
  state = case when y.rest is null then 'IGNORED' else l.state end,
  sf_message = y.message,
  updated_at = now(),
  processed_at = case when y.rest is null then clock_timestamp() end,
  processed_tx = case when y.rest is null then txid_current() end
from unnest($1::integer[], $2::text[], $3::text[]) as y(id, rest, message)
where l.id = y.id and l.state = 'NEW'
