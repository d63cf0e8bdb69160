using System.Text.RegularExpressions;
using Shouldly;
using Tandem.Postgres.Capture;
using Tandem.Postgres.Tables;
using Xunit;

namespace Tandem.Tests.Unit.Postgres;

/// <summary>The whole text of generated functions and triggers (contract, section 5.3); the integration tests execute it.</summary>
public sealed partial class CaptureTextTests
{
    private static readonly TableDefinition Table = new()
    {
        Schema = "s",
        Name = "o'x",
        Columns = [new("sfid", new ColumnType(ColumnKind.Varchar, 18)), new("ok", new ColumnType(ColumnKind.Boolean))],
        Capture = CaptureMode.ReadWrite,
    };

    [Fact]
    public void The_log_function_of_a_table_whose_changes_are_sent() => Logger.Function(Table).ShouldBe(
        """
        create or replace function "s"."hc_o'x_logger"() returns trigger
        language plpgsql as $hc$
        -- VERSION 4
        declare
          before public.hstore;
          changed text;
          settings text[];
          is_one boolean;
        begin
          -- Who disables the trigger of inserts, which has the contract's name, disables all.
          if tg_op <> 'INSERT' then
            perform from pg_catalog.pg_trigger t
            where t.tgrelid = tg_relid and t.tgname = 'hc_o''x_logtrigger' and t.tgenabled <> 'D';
            if not found then
              return null;
            end if;
          end if;
          if tg_op = 'DELETE' then
            perform from hc_old offset 1 limit 1;
            is_one := not found;
            if not is_one and old.id is distinct from (select r.id from hc_old r limit 1) then
              return null;
            end if;
            perform set_config('tandem.hc_delete_80471b5622028154', '', true);
          else
            perform from hc_new offset 1 limit 1;
            is_one := not found;
            -- The whole row, because two foreign keys may change one row twice.
            if not is_one and (select new *<> r from hc_new r limit 1) then
              return null;
            end if;
          end if;
          if not is_one or current_setting('datestyle') not like 'ISO%' or current_setting('extra_float_digits')::integer < 1 then
            settings := array[current_setting('datestyle'),
              current_setting('extra_float_digits'),
              current_setting('jit'),
              current_setting('enable_mergejoin')];
            perform set_config('datestyle', 'ISO', true),
              set_config('extra_float_digits', '1', true),
              set_config('jit', 'off', true),
              set_config('enable_mergejoin', 'off', true);
          end if;
          if tg_op = 'INSERT' and is_one then
            insert into "s"."_trigger_log" (txid, created_at, updated_at, state, action, table_name, record_id, "values")
            values (txid_current(), clock_timestamp(), null, 'NEW', 'INSERT', 'o''x', new.id,
              public.slice(public.hstore(new), array['id', 'ok', 'sfid'])::text);
          elsif tg_op = 'INSERT' then
            insert into "s"."_trigger_log" (txid, created_at, updated_at, state, action, table_name, record_id, "values")
            select txid_current(), clock_timestamp(), null, 'NEW', 'INSERT', 'o''x', n.id,
              public.hstore(array['id', 'ok', 'sfid'], array[n."id"::text, left(n."ok"::text, 1), n."sfid"::text])::text
            from hc_new n;
          elsif tg_op = 'UPDATE' and is_one then
            before := public.slice(public.hstore(old), array['id', 'ok', 'sfid']);
            changed := public.slice(public.hstore(new) operator(public.-) before, array['id', 'ok', 'sfid'])::text;
            insert into "s"."_trigger_log" (txid, created_at, updated_at, state, action, table_name, record_id, sfid, old, "values")
            values (txid_current(), clock_timestamp(), null, case when changed = '' then 'IGNORE' else 'NEW' end,
              'UPDATE', 'o''x', new.id, old.sfid, before::text, changed);
          elsif tg_op = 'UPDATE' then
            -- The nth old row is the one before the nth new row, whatever became of its id. A full join, because PostgreSQL keeps the plan
            -- of the session's first statement, and a join in a loop, which a full one cannot be, would never end for many rows.
            insert into "s"."_trigger_log" (txid, created_at, updated_at, state, action, table_name, record_id, sfid, old, "values")
            select txid_current(), clock_timestamp(), null, case when p.changed = '' then 'IGNORE' else 'NEW' end,
              'UPDATE', 'o''x', p.id, p.sfid, p.before, p.changed
            from (
              select n.id, o.sfid,
                public.hstore(array['id', 'ok', 'sfid'], array[o."id"::text, left(o."ok"::text, 1), o."sfid"::text])::text as before,
                array_to_string(array[
            case when n."id" is distinct from o."id"
              then '"id"=>' || coalesce('"' || n."id"::text || '"', 'NULL') end,
            case when n."ok" is distinct from o."ok"
              then '"ok"=>' || coalesce('"' || left(n."ok"::text, 1) || '"', 'NULL') end,
            case when n."sfid" is distinct from o."sfid"
              then '"sfid"=>' || coalesce('"' || replace(replace(n."sfid", E'\\', E'\\\\'), '"', E'\\"') || '"', 'NULL') end], ', ')
                as changed
              from (select row_number() over () as hc_at, r."id", r."ok", r."sfid" from hc_new r) n
              full join (select row_number() over () as hc_at, r."id", r."ok", r."sfid" from hc_old r) o on o.hc_at = n.hc_at
              offset 0) p;
          elsif is_one then
            insert into "s"."_trigger_log" (txid, created_at, updated_at, state, action, table_name, record_id, sfid, old)
            values (txid_current(), clock_timestamp(), null, case when old.sfid is null then 'IGNORE' else 'NEW' end,
              'DELETE', 'o''x', old.id, old.sfid,
              public.slice(public.hstore(old), array['id', 'ok', 'sfid'])::text);
          else
            insert into "s"."_trigger_log" (txid, created_at, updated_at, state, action, table_name, record_id, sfid, old)
            select txid_current(), clock_timestamp(), null, case when o.sfid is null then 'IGNORE' else 'NEW' end,
              'DELETE', 'o''x', o.id, o.sfid,
              public.hstore(array['id', 'ok', 'sfid'], array[o."id"::text, left(o."ok"::text, 1), o."sfid"::text])::text
            from hc_old o;
          end if;
          if settings is not null then
            perform set_config('datestyle', settings[1], true),
              set_config('extra_float_digits', settings[2], true),
              set_config('jit', settings[3], true),
              set_config('enable_mergejoin', settings[4], true);
          end if;
          return null;
        end
        $hc$
        """);

    [Fact]
    public void The_log_triggers() => Made(Logger.Triggers(Table)).ShouldBe(
        """
        create or replace trigger "hc_o'x_logtrigger_start"
        before delete on "s"."o'x" for each statement
        when (current_setting('tandem.hc_delete_80471b5622028154', true) = 'closed')
        execute function "s".hc_open_marks('tandem.hc_delete_80471b5622028154');
        create or replace trigger "hc_o'x_logtrigger"
        after insert on "s"."o'x" referencing new table as hc_new for each row
        when (current_setting('xmlbinary') = 'base64'
          and current_setting('tandem.hc_insert_80471b5622028154', true) is distinct from new.cmin::text
          and set_config('tandem.hc_insert_80471b5622028154', new.cmin::text, true) <> '')
        execute function "s"."hc_o'x_logger"();
        create or replace trigger "hc_o'x_logtrigger_update"
        after update on "s"."o'x" referencing old table as hc_old new table as hc_new for each row
        when (current_setting('xmlbinary') = 'base64'
          and current_setting('tandem.hc_update_80471b5622028154', true) is distinct from new.cmin::text
          and set_config('tandem.hc_update_80471b5622028154', new.cmin::text, true) <> '')
        execute function "s"."hc_o'x_logger"();
        create or replace trigger "hc_o'x_logtrigger_delete"
        after delete on "s"."o'x" referencing old table as hc_old for each row
        when (current_setting('xmlbinary') = 'base64'
          and current_setting('tandem.hc_delete_80471b5622028154', true) is distinct from 'closed'
          and set_config('tandem.hc_delete_80471b5622028154', 'closed', true) <> '')
        execute function "s"."hc_o'x_logger"()
        """);

    [Fact]
    public void The_trigger_against_truncate() => Made(TruncateTrigger.Trigger(Table)).ShouldBe(
        """
        create or replace trigger "hc_o'x_truncate_trigger"
        before truncate on "s"."o'x" for each statement
        when (current_setting('xmlbinary') = 'base64')
        execute function "s".hc_refuse_truncate()
        """);

    [Fact]
    public void The_log_function_while_the_table_is_loaded_for_the_first_time() => LoadLogger.Function(Table).ShouldBe(
        """
        create or replace function "s"."hc_o'x_logger"() returns trigger
        language plpgsql set datestyle = 'ISO' set extra_float_digits = 1 as $hc$
        -- VERSION 4
        declare
          before public.hstore;
          changed text;
        begin
          if tg_op = 'INSERT' then
            insert into "s"."_trigger_log" (txid, created_at, updated_at, state, action, table_name, record_id, "values")
            values (txid_current(), clock_timestamp(), null, 'NEW', 'INSERT', 'o''x', new.id,
              public.slice(public.hstore(new), array['id', 'ok', 'sfid'])::text);
          elsif tg_op = 'UPDATE' then
            before := public.slice(public.hstore(old), array['id', 'ok', 'sfid']);
            changed := public.slice(public.hstore(new) operator(public.-) before, array['id', 'ok', 'sfid'])::text;
            insert into "s"."_trigger_log" (txid, created_at, updated_at, state, action, table_name, record_id, sfid, old, "values")
            values (txid_current(), clock_timestamp(), null, case when changed = '' then 'IGNORE' else 'NEW' end,
              'UPDATE', 'o''x', new.id, old.sfid, before::text, changed);
          else
            insert into "s"."_trigger_log" (txid, created_at, updated_at, state, action, table_name, record_id, sfid, old)
            values (txid_current(), clock_timestamp(), null, case when old.sfid is null then 'IGNORE' else 'NEW' end,
              'DELETE', 'o''x', old.id, old.sfid,
              public.slice(public.hstore(old), array['id', 'ok', 'sfid'])::text);
          end if;
          return null;
        end
        $hc$
        """);

    [Fact]
    public void The_log_trigger_while_the_table_is_loaded_for_the_first_time() => Made(LoadLogger.Trigger(Table)).ShouldBe(
        """
        create or replace trigger "hc_o'x_logtrigger"
        after insert or update or delete on "s"."o'x" for each row
        when (current_setting('xmlbinary') = 'base64')
        execute function "s"."hc_o'x_logger"()
        """);

    [Fact]
    public void The_status_trigger() => Made(StatusFunction.Trigger(Table)).ShouldBe(
        """
        create or replace trigger "hc_o'x_status_trigger"
        before insert or update on "s"."o'x" for each row
        when (new._hc_err is not null
          or new._hc_lastop is distinct from case current_setting('xmlbinary') when 'base64' then 'PENDING' else 'SYNCED' end)
        execute function "s"."hc_o'x_status"()
        """);

    [Fact]
    public void The_status_trigger_while_the_table_is_loaded_for_the_first_time() => Made(StatusFunction.TriggerDuringLoad(Table)).ShouldBe(
        """
        create or replace trigger "hc_o'x_status_trigger"
        before update on "s"."o'x" for each row
        when (new._hc_err is not null
          or new._hc_lastop is distinct from case current_setting('xmlbinary') when 'base64' then 'PENDING' else 'SYNCED' end)
        execute function "s"."hc_o'x_status"()
        """);

    [Fact]
    public void The_status_function() => StatusFunction.Function(Table).ShouldBe(
        """
        create or replace function "s"."hc_o'x_status"() returns trigger
        language plpgsql as $hc$
        -- VERSION 4
        begin
          if current_setting('xmlbinary') = 'base64' then
            new._hc_lastop := 'PENDING';
            new._hc_err := null;
          elsif tg_op = 'UPDATE' and new._hc_lastop is not null and new._hc_lastop is distinct from old._hc_lastop then
            return new;
          else
            new._hc_lastop := 'SYNCED';
            new._hc_err := null;
          end if;
          return new;
        end
        $hc$
        """);

    [Fact]
    public void A_trigger_is_made_only_where_it_does_not_stand_as_asked() => TruncateTrigger.Trigger(Table).ShouldBe(
        """
        do $hc_install$
        begin
          if not exists (
            select from pg_catalog.pg_trigger t
            where t.tgrelid = to_regclass('"s"."o''x"') and t.tgname = 'hc_o''x_truncate_trigger'
              and t.tgenabled <> 'D' and obj_description(t.oid, 'pg_trigger') = 'tandem 41cd4f97980136b3') then
            create or replace trigger "hc_o'x_truncate_trigger"
            before truncate on "s"."o'x" for each statement
        when (current_setting('xmlbinary') = 'base64')
        execute function "s".hc_refuse_truncate();
            comment on trigger "hc_o'x_truncate_trigger" on "s"."o'x" is 'tandem 41cd4f97980136b3';
          end if;
        end
        $hc_install$
        """);

    /// <summary>The triggers that the statements make where they do not stand yet, as they would be made without asking.</summary>
    private static string Made(string statements) =>
        string.Join(";\n", MakingOfATrigger().Matches(statements).Select(making => making.Result("${head}\n${rest}")));

    [GeneratedRegex(@"(?<head>create or replace trigger [^\n]+)\n *(?<rest>.+?);\n *comment on", RegexOptions.Singleline)]
    private static partial Regex MakingOfATrigger();
}
