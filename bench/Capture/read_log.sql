-- Counts the entries of the action $1, and how many of them are complete as the contract has them, section 5.3. Scans the log.
select count(*),
  count(*) filter (where l.table_name = 'account' and l.txid is not null and l.created_at is not null and l.updated_at is null
    and l.state = 'NEW' and l.processed_at is null
    and case l.action
      when 'INSERT' then l.old is null and l."values" = (public.delete(public.hstore(a), array['_hc_lastop', '_hc_err']))::text
      else cardinality(public.akeys(l.old::public.hstore)) = 26
        and l."values"::public.hstore operator(public.<@) public.hstore(a)
        and public.akeys(l."values"::public.hstore) operator(pg_catalog.@>) array['name', 'phone', 'description']
      end)
from salesforce._trigger_log l
join salesforce.account a on a.id = l.record_id and a._hc_lastop = 'PENDING'
where l.action = $1
