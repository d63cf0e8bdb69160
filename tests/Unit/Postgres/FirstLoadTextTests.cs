using Shouldly;
using Tandem.Postgres.Capture;
using Tandem.Postgres.Load;
using Tandem.Postgres.Tables;
using Xunit;

namespace Tandem.Tests.Unit.Postgres;

/// <summary>The whole text of what begins and ends a first load; the integration tests execute it.</summary>
public sealed class FirstLoadTextTests
{
    private static readonly TableDefinition Table = new()
    {
        Schema = "s",
        Name = "o",
        Columns = [new("ext", new ColumnType(ColumnKind.Varchar, 36)), new("sfid", new ColumnType(ColumnKind.Varchar, 18))],
        Indexes = [new("sfid", true), new("ext", true)],
        UniqueColumn = "ext",
        Capture = CaptureMode.ReadWrite,
    };

    [Fact]
    public void The_table_to_be_loaded_has_no_key() =>
        new SyncedTable(Table).CreateStatement(isForLoad: true).ShouldBe(
            """
            create table if not exists "s"."o" (
              "ext" varchar(36),
              "sfid" varchar(18),
              id serial,
              "_hc_lastop" varchar(32) default 'PENDING',
              "_hc_err" text
            )
            """);

    [Fact]
    public void The_end_of_the_load() => new FirstLoad(Table).SealStatement().ShouldBe(
        $"""
        set local lock_timeout = '3s';
        lock table "s"."o" in access exclusive mode;
        {StatusFunction.Trigger(Table)};
        {Logger.Function(Table)};
        {Logger.Triggers(Table)};
        update "s"."o" set _hc_lastop = 'PENDING'
        where _hc_lastop is distinct from 'PENDING' and id in (
          select l.record_id from "s"."_trigger_log" l
          where l.table_name = 'o' and l.state in ('NEW', 'PENDING') and l.action <> 'DELETE');
        alter table "s"."o" add constraint "o_pkey" primary key using index "o_pkey"
        """);

    [Fact]
    public void The_app_rows_that_become_records() => new IndexBuild(Table, hasKeyToo: true).AdoptStatement("ext").ShouldBe(
        """
        with pairs as materialized (
          select distinct on (t.id) t.id as twin, l.id as local,
            exists (
              select from "s"."_trigger_log" e
              where e.table_name = 'o' and e.state in ('NEW', 'PENDING') and e.record_id = l.id) as is_queued
          from "s"."o" l join "s"."o" t on t."ext" = l."ext"
          where l.sfid is null and t.sfid is not null
          order by t.id, l.id),
        moved as (
          update "s"."_trigger_log" e set record_id = p.local from pairs p
          where e.table_name = 'o' and e.state in ('NEW', 'PENDING') and e.record_id = p.twin),
        twins as (delete from "s"."o" t using pairs p where t.id = p.twin returning t.*)
        update "s"."o" l set sfid = t.sfid,
          "ext" = case when p.is_queued then l."ext" else t."ext" end,
          _hc_lastop = 'SYNCED',
          _hc_err = null
        from pairs p join twins t on t.id = p.twin
        where l.id = p.local
        """);

    [Fact]
    public void The_app_rows_that_name_a_record() => new IndexBuild(Table, hasKeyToo: true).AdoptStatement("sfid").ShouldContain(
        """
          from "s"."o" l join "s"."o" t on t."sfid" = l."sfid"
          where exists (select from "s"."_trigger_log" i where i.table_name = 'o' and i.action = 'INSERT' and i.record_id = l.id)
        """ + """
         and not exists (select from "s"."_trigger_log" i where i.table_name = 'o' and i.action = 'INSERT' and i.record_id = t.id)
        """);
}
