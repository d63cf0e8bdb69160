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
    public void The_log_function_of_a_table_whose_changes_are_sent() => LoggerFunction.Function(Table).ShouldBe(
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
              public.hstore(array['ok', 'sfid', 'id'], array[left(new."ok"::text, 1), new."sfid"::text, new.id::text])::text);
          elsif tg_op = 'UPDATE' then
            before := public.hstore(array['ok', 'sfid', 'id'], array[left(old."ok"::text, 1), old."sfid"::text, old.id::text]);
            changed := (
              public.hstore(array['ok', 'sfid', 'id'], array[left(new."ok"::text, 1), new."sfid"::text, new.id::text])
              operator(public.-) before)::text;
            insert into "s"."_trigger_log" (txid, created_at, updated_at, state, action, table_name, record_id, sfid, old, "values")
            values (txid_current(), clock_timestamp(), null, case when changed = '' then 'IGNORE' else 'NEW' end,
              'UPDATE', 'o''x', new.id, old.sfid,
              before::text, changed);
          else
            insert into "s"."_trigger_log" (txid, created_at, updated_at, state, action, table_name, record_id, sfid, old)
            values (txid_current(), clock_timestamp(), null, case when old.sfid is null then 'IGNORE' else 'NEW' end,
              'DELETE', 'o''x', old.id, old.sfid,
              public.hstore(array['ok', 'sfid', 'id'], array[left(old."ok"::text, 1), old."sfid"::text, old.id::text])::text);
          end if;
          return null;
        end
        $hc$
        """);

    [Fact]
    public void The_log_trigger() => LoggerFunction.Trigger(Table).ShouldBe(
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
