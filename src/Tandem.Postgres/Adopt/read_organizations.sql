-- Reads the orgs that the schema was filled from, as far as somebody noted them. Reads a table of few rows.
select distinct org_id from salesforce._hcmeta where org_id is not null order by 1
