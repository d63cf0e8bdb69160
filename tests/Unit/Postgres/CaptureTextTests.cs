using Shouldly;
using Tandem.Postgres.Capture;
using Tandem.Postgres.Tables;
using Xunit;

namespace Tandem.Tests.Unit.Postgres;

/// <summary>The whole text of generated functions and triggers (contract, section 5.3); the integration tests execute it.</summary>
public sealed class CaptureTextTests
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
        language plpgsql set datestyle = 'ISO' set extra_float_digits = 1 as $hc$
        -- VERSION 4
        begin
          if tg_op = 'INSERT' then
            if new.id is distinct from (select r.id from hc_new r limit 1) then
              return null;
            end if;
            perform set_config('tandem.hc_insert_80471b5622028154', '', true);
            insert into "s"."_trigger_log" (txid, created_at, updated_at, state, action, table_name, record_id, "values")
            select txid_current(), clock_timestamp(), null, 'NEW', 'INSERT', 'o''x', n.id,
              public.hstore(array['id', 'ok', 'sfid'], array[n."id"::text, left(n."ok"::text, 1), n."sfid"::text])::text
            from hc_new n;
          elsif tg_op = 'UPDATE' then
            if new.id is distinct from (select r.id from hc_new r limit 1) then
              return null;
            end if;
            perform set_config('tandem.hc_update_80471b5622028154', '', true);
            -- The nth old row is the one before the nth new row, whatever became of its id. A full join, because PostgreSQL keeps the
            -- plan of the session's first statement, and none of the plans of this join is bad for many rows.
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
          then '"sfid"=>' || coalesce('"' || replace(replace(n."sfid", E'\\', E'\\\\'), '"', E'\\"') || '"', 'NULL') end], ', ') as changed
              from (select row_number() over () as hc_at, r."id", r."ok", r."sfid" from hc_new r) n
              full join (select row_number() over () as hc_at, r."id", r."ok", r."sfid" from hc_old r) o on o.hc_at = n.hc_at
              offset 0) p;
          else
            if old.id is distinct from (select r.id from hc_old r limit 1) then
              return null;
            end if;
            perform set_config('tandem.hc_delete_80471b5622028154', '', true);
            insert into "s"."_trigger_log" (txid, created_at, updated_at, state, action, table_name, record_id, sfid, old)
            select txid_current(), clock_timestamp(), null, case when o.sfid is null then 'IGNORE' else 'NEW' end,
              'DELETE', 'o''x', o.id, o.sfid,
              public.hstore(array['id', 'ok', 'sfid'], array[o."id"::text, left(o."ok"::text, 1), o."sfid"::text])::text
            from hc_old o;
          end if;
          return null;
        end
        $hc$
        """);

    [Fact]
    public void The_log_triggers() => Logger.Triggers(Table).ShouldBe(
        """
        create or replace trigger "hc_o'x_logtrigger_start"
        before insert or update or delete on "s"."o'x" for each statement
        when (current_setting('tandem.hc_insert_80471b5622028154', true) = 'closed'
          or current_setting('tandem.hc_update_80471b5622028154', true) = 'closed'
          or current_setting('tandem.hc_delete_80471b5622028154', true) = 'closed')
        execute function "s".hc_open_marks(
          'tandem.hc_insert_80471b5622028154',
          'tandem.hc_update_80471b5622028154',
          'tandem.hc_delete_80471b5622028154');
        create or replace trigger "hc_o'x_logtrigger"
        after insert on "s"."o'x" referencing new table as hc_new for each row
        when (case
          when current_setting('xmlbinary') <> 'base64' then false
          when current_setting('tandem.hc_insert_80471b5622028154', true) = 'closed' then false
          else set_config('tandem.hc_insert_80471b5622028154', 'closed', true) = 'closed' end)
        execute function "s"."hc_o'x_logger"();
        create or replace trigger "hc_o'x_logtrigger_update"
        after update on "s"."o'x" referencing old table as hc_old new table as hc_new for each row
        when (case
          when current_setting('xmlbinary') <> 'base64' then false
          when current_setting('tandem.hc_update_80471b5622028154', true) = 'closed' then false
          else set_config('tandem.hc_update_80471b5622028154', 'closed', true) = 'closed' end)
        execute function "s"."hc_o'x_logger"();
        create or replace trigger "hc_o'x_logtrigger_delete"
        after delete on "s"."o'x" referencing old table as hc_old for each row
        when (case
          when current_setting('xmlbinary') <> 'base64' then false
          when current_setting('tandem.hc_delete_80471b5622028154', true) = 'closed' then false
          else set_config('tandem.hc_delete_80471b5622028154', 'closed', true) = 'closed' end)
        execute function "s"."hc_o'x_logger"()
        """);

    [Fact]
    public void The_trigger_against_truncate() => TruncateTrigger.Trigger(Table).ShouldBe(
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
              public.hstore(array['id', 'ok', 'sfid'], array[new."id"::text, left(new."ok"::text, 1), new."sfid"::text])::text);
          elsif tg_op = 'UPDATE' then
            before := public.hstore(array['id', 'ok', 'sfid'], array[old."id"::text, left(old."ok"::text, 1), old."sfid"::text]);
            changed := (
              public.hstore(array['id', 'ok', 'sfid'], array[new."id"::text, left(new."ok"::text, 1), new."sfid"::text])
              operator(public.-) before)::text;
            insert into "s"."_trigger_log" (txid, created_at, updated_at, state, action, table_name, record_id, sfid, old, "values")
            values (txid_current(), clock_timestamp(), null, case when changed = '' then 'IGNORE' else 'NEW' end,
              'UPDATE', 'o''x', new.id, old.sfid,
              before::text, changed);
          else
            insert into "s"."_trigger_log" (txid, created_at, updated_at, state, action, table_name, record_id, sfid, old)
            values (txid_current(), clock_timestamp(), null, case when old.sfid is null then 'IGNORE' else 'NEW' end,
              'DELETE', 'o''x', old.id, old.sfid,
              public.hstore(array['id', 'ok', 'sfid'], array[old."id"::text, left(old."ok"::text, 1), old."sfid"::text])::text);
          end if;
          return null;
        end
        $hc$
        """);

    [Fact]
    public void The_log_trigger_while_the_table_is_loaded_for_the_first_time() => LoadLogger.Trigger(Table).ShouldBe(
        """
        create or replace trigger "hc_o'x_logtrigger"
        after insert or update or delete on "s"."o'x" for each row
        when (current_setting('xmlbinary') = 'base64')
        execute function "s"."hc_o'x_logger"()
        """);

    [Fact]
    public void The_status_trigger() => StatusFunction.Trigger(Table).ShouldBe(
        """
        create or replace trigger "hc_o'x_status_trigger"
        before insert or update on "s"."o'x" for each row
        when (current_setting('xmlbinary') = 'base64' or new._hc_lastop is distinct from 'SYNCED' or new._hc_err is not null)
        execute function "s"."hc_o'x_status"()
        """);

    [Fact]
    public void The_status_trigger_while_the_table_is_loaded_for_the_first_time() => StatusFunction.TriggerDuringLoad(Table).ShouldBe(
        """
        create or replace trigger "hc_o'x_status_trigger"
        before update on "s"."o'x" for each row
        when (current_setting('xmlbinary') = 'base64' or new._hc_lastop is distinct from 'SYNCED' or new._hc_err is not null)
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
}
