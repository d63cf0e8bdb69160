using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;

namespace Tandem.Testing.Heroku;

/// <summary>
/// A schema as Heroku Connect leaves it when it is paused: tables with the org's rows, the change log, functions, triggers and indexes,
/// written from heroku-connect.md, sections 3 and 5. The ids of the rows begin at 1001 and leave gaps, as they do after years.
/// </summary>
public sealed class HerokuSchema(NpgsqlDataSource database, HerokuLayout layout = HerokuLayout.Present, string schema = "salesforce")
{
    private const string ApiRoot = "/services/data/v67.0";

    private bool IsOld => layout == HerokuLayout.Old;

    /// <summary>Makes the schema and fills its tables from the org, as it is now.</summary>
    public async Task CreateAsync(Uri org, IReadOnlyList<HerokuTable> tables, CancellationToken cancellationToken)
    {
        await RunAsync($"create extension if not exists hstore with schema public; create schema {schema}", cancellationToken);
        await RunAsync(ServiceObjects(), cancellationToken);
        using var http = await SignInAsync(org, cancellationToken);
        foreach (var table in tables)
        {
            await RunAsync(TableObjects(table), cancellationToken);
            await FillAsync(http, table, cancellationToken);
        }
    }

    /// <summary>Puts the org's records into a table as Heroku Connect's own session does.</summary>
    private async Task FillAsync(HttpClient http, HerokuTable table, CancellationToken cancellationToken)
    {
        var rows = new JsonArray();
        string? next = $"{ApiRoot}/query?q={Uri.EscapeDataString($"SELECT {string.Join(',', table.Fields)} FROM {table.ObjectName}")}";
        while (next is not null)
        {
            var page = await http.GetFromJsonAsync<JsonElement>(next, cancellationToken);
            foreach (var record in page.GetProperty("records").EnumerateArray())
            {
                var row = new JsonObject();
                foreach (var field in table.Fields)
                    row[HerokuTable.ColumnOf(field)] = Find(record, field) is { } value ? JsonNode.Parse(value.GetRawText()) : null;
                rows.Add(row);
            }

            next = page.TryGetProperty("nextRecordsUrl", out var following) ? following.GetString() : null;
        }

        var columns = string.Join(", ", table.Fields.Select(HerokuTable.ColumnOf));
        var json = rows.ToJsonString().Replace("'", "''", StringComparison.Ordinal);
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(
            $"""
            set local xmlbinary = 'hex';
            insert into {schema}.{table.Name} ({columns})
              select {columns} from jsonb_populate_recordset(null::{schema}.{table.Name}, '{json}');
            """,
            connection,
            transaction);
        await command.ExecuteNonQueryAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
    }

    private static JsonElement? Find(JsonElement record, string path)
    {
        foreach (var name in path.Split('.'))
        {
            if (record.ValueKind != JsonValueKind.Object)
                return null;
            record = record.GetProperty(name);
        }

        return record.ValueKind == JsonValueKind.Null ? null : record;
    }

    private string ServiceObjects() => $"""
        create or replace function public.get_xmlbinary() returns varchar language sql stable as
        $fn$ select s.setting::varchar from pg_settings s where s.name = 'xmlbinary' $fn$;
        create table {schema}._trigger_log ({LogColumns("default now()", IsOld)});
        create sequence {schema}._trigger_log_id_seq as integer start 5001 owned by {schema}._trigger_log.id;
        alter table {schema}._trigger_log alter id set default nextval('{schema}._trigger_log_id_seq');
        alter table {schema}._trigger_log add constraint _trigger_log_pkey primary key (id);
        create function {schema}.tlog_notify_trigger() returns trigger language plpgsql as $fn$
        -- VERSION 1
        begin
          perform pg_notify('{schema}.hc_trigger_log', 'ping');
          return new;
        end $fn$;
        create trigger tlog_insert_trigger after insert on {schema}._trigger_log
          for each row execute function {schema}.tlog_notify_trigger();
        {(IsOld ? $"create table {schema}._trigger_last_id (trigger_log_id integer);" : PresentServiceObjects())}
        """;

    private string PresentServiceObjects() => $"""
        create index _trigger_log_idx_created_at on {schema}._trigger_log (created_at);
        create index _trigger_log_idx_state_id on {schema}._trigger_log (state, id);
        create index _trigger_log_idx_state_table_name on {schema}._trigger_log (state, table_name) where state in ('NEW', 'PENDING');
        create table {schema}._trigger_log_archive ({LogColumns("", false)}, constraint _trigger_log_archive_pkey primary key (id));
        create index _trigger_log_archive_idx_created_at on {schema}._trigger_log_archive (created_at);
        create index _trigger_log_archive_idx_record_id on {schema}._trigger_log_archive (record_id);
        create index _trigger_log_archive_idx_state_table_name on {schema}._trigger_log_archive (state, table_name)
          where state = 'FAILED';
        create table {schema}._hcmeta (id serial primary key, hcver integer, org_id varchar(50), details text);
        create table {schema}._sf_event_log (
          id serial primary key, table_name varchar(128), action varchar(7), synced_at timestamptz default now(),
          sf_timestamp timestamptz, sfid varchar(20), record text, processed boolean);
        create index idx__sf_event_log_comp_key on {schema}._sf_event_log (table_name, synced_at);
        create index idx__sf_event_log_sfid on {schema}._sf_event_log (sfid);
        {CaptureFunction("insert", "excluded_cols", "delete(source_row, array_remove(array_remove(excluded_cols, 'id'), 'sfid'))")}
        {CaptureFunction(
            "update",
            "columns_to_include",
            "case when columns_to_include = '{}' then source_row else slice(source_row, columns_to_include) end")}
        """;

    private string CaptureFunction(string action, string parameter, string values) => $"""
        create function {schema}.hc_capture_{action}_from_row(
          source_row hstore, table_name varchar, {parameter} text[] default array[]::text[]) returns integer language plpgsql as $fn$
        -- VERSION 1
        declare
          entry {schema}._trigger_log;
        begin
          if source_row -> 'id' is null then
            return null;
          end if;
          entry.id := nextval('{schema}._trigger_log_id_seq');
          entry.txid := txid_current();
          entry.created_at := clock_timestamp();
          entry.state := 'NEW';
          entry.action := '{action.ToUpperInvariant()}';
          entry.table_name := table_name;
          entry.record_id := (source_row -> 'id')::integer;
          entry.sfid := {(action == "update" ? "source_row -> 'sfid'" : "null")};
          entry."values" := delete({values}, array['_hc_lastop', '_hc_err'])::text;
          insert into {schema}._trigger_log values (entry.*);
          return entry.id;
        end $fn$;
        """;

    private string TableObjects(HerokuTable table)
    {
        var (name, status) = (table.Name, IsOld ? "" : ", _hc_lastop varchar(32), _hc_err text");
        var columns = table.Columns.Select(column => $"{HerokuTable.ColumnOf(column.Field)} {column.Type}");
        var indexed = table.Indexed.Select(field => Index(name, field, false))
            .Concat([Index(name, "Id", true), Index(name, "SystemModstamp", false)])
            .Concat(table.UpsertField is { } unique ? [Index(name, unique, true)] : []);
        return $"""
            create table {schema}.{name} (
              {string.Join(", ", columns)}, systemmodstamp timestamp without time zone, isdeleted boolean,
              sfid varchar(18) collate ucs_basic, id integer not null{status});
            create sequence {schema}.{name}_id_seq as integer start 1001 increment 3 owned by {schema}.{name}.id;
            alter table {schema}.{name} alter id set default nextval('{schema}.{name}_id_seq');
            alter table {schema}.{name} add constraint {name}_pkey primary key (id);
            {string.Join("; ", indexed)};
            {(IsOld ? OldCapture(name) : Capture(name, table.IsReadOnly))}
            """;
    }

    private string Index(string table, string field, bool isUnique)
    {
        var column = HerokuTable.ColumnOf(field);
        var name = IsOld && column is "sfid" or "systemmodstamp"
            ? $"{table}_{column}_idx"
            : $"{(isUnique ? "hcu" : "hc")}_idx_{table}_{column}";
        return $"create {(isUnique ? "unique " : "")}index {name} on {schema}.{table} ({column})";
    }

    private string Capture(string table, bool isReadOnly) => $"""
        create function {schema}.hc_{table}_logger() returns trigger language plpgsql as $fn$
        -- VERSION 4
        declare
          entry {schema}._trigger_log;
          hidden text[] := array['_hc_lastop', '_hc_err'];
        begin
          entry.id := nextval('{schema}._trigger_log_id_seq');
          entry.txid := txid_current();
          entry.created_at := clock_timestamp();
          entry.state := '{(isReadOnly ? "READONLY" : "NEW")}';
          entry.action := tg_op;
          entry.table_name := tg_table_name;
          if tg_op = 'INSERT' then
            entry.record_id := new.id;
            entry."values" := (hstore(new.*) - hidden)::text;
          else
            entry.record_id := old.id;
            entry.sfid := old.sfid;
            entry.old := (hstore(old.*) - hidden)::text;
          end if;
          if tg_op = 'UPDATE' then
            entry."values" := ((hstore(new.*) - hstore(old.*)) - hidden)::text;
          end if;
          {(isReadOnly ? "" : "if entry.\"values\" = '' or (tg_op = 'DELETE' and old.sfid is null) then entry.state := 'IGNORE'; end if;")}
          insert into {schema}._trigger_log values (entry.*);
          return null;
        end $fn$;
        create function {schema}.hc_{table}_status() returns trigger language plpgsql as $fn$
        begin
          if public.get_xmlbinary() = 'base64' then
            new._hc_lastop := 'PENDING';
            new._hc_err := null;
          elsif tg_op = 'UPDATE' and new._hc_lastop is not null and new._hc_lastop is distinct from old._hc_lastop then
            return new;
          else
            new._hc_lastop := 'SYNCED';
            new._hc_err := null;
          end if;
          return new;
        end $fn$;
        create trigger hc_{table}_logtrigger after insert or update or delete on {schema}.{table}
          for each row when (public.get_xmlbinary()::text = 'base64') execute function {schema}.hc_{table}_logger();
        create trigger hc_{table}_status_trigger before insert or update on {schema}.{table}
          for each row execute function {schema}.hc_{table}_status();
        """;

    private string OldCapture(string table) => $"""
        create function {schema}.hc_{table}_log_change() returns trigger language plpgsql as $fn$
        begin
          insert into {schema}._trigger_log (txid, state, action, table_name, record_id, sfid, "values")
          values (txid_current(), 'NEW', tg_op, tg_table_name, case when tg_op = 'DELETE' then old.id else new.id end,
            case when tg_op <> 'INSERT' then old.sfid end,
            case tg_op when 'INSERT' then hstore(new.*)::text when 'UPDATE' then (hstore(new.*) - hstore(old.*))::text end);
          return null;
        end $fn$;
        create trigger hc_{table}_trigger after insert or update or delete on {schema}.{table}
          for each row when (public.get_xmlbinary()::text = 'base64') execute function {schema}.hc_{table}_log_change();
        """;

    private static string LogColumns(string moment, bool isOld) => string.Create(CultureInfo.InvariantCulture, $"""
        id integer not null, txid bigint, created_at timestamptz {moment},
        {(isOld ? "" : $"updated_at timestamptz {moment}, processed_at timestamptz, processed_tx bigint,")}
        state varchar(8), action varchar(7), table_name varchar(128), record_id integer, sfid varchar(18),
        {(isOld ? "" : "old text,")} "values" text, {(isOld ? "" : "sf_result integer,")} sf_message text
        """);

    private static async Task<HttpClient> SignInAsync(Uri org, CancellationToken cancellationToken)
    {
        var http = new HttpClient { BaseAddress = org };
        using var form = new FormUrlEncodedContent(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["grant_type"] = "password",
            ["client_id"] = "simulator",
            ["client_secret"] = "simulator-secret",
            ["username"] = "admin@tandem.test",
            ["password"] = "password",
        });
        using var response = await http.PostAsync("/services/oauth2/token", form, cancellationToken);
        response.EnsureSuccessStatusCode();
        var session = await response.Content.ReadFromJsonAsync<JsonElement>(cancellationToken);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", session.GetProperty("access_token").GetString());
        return http;
    }

    private async Task RunAsync(string sql, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}
