-- Tells whether another program made the change log of the schema, over which ours was never installed. Needs the system catalogue only.
select to_regclass($name$salesforce._trigger_log$name$) is not null and to_regprocedure($name$salesforce.hc_open_marks()$name$) is null
