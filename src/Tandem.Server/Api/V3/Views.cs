using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Tandem.Server.Hosting;
using Tandem.Sync.Catalog;
using Tandem.Sync.Catalog.Files;
using Tandem.Sync.Running;
using Tandem.Sync.Running.Allowance;
using Tandem.Sync.States;

namespace Tandem.Server.Api.V3;

/// <summary>Renders connections and mappings as the contract has them, from the catalogue and from what is at work.</summary>
internal sealed class Views(ApiContext api)
{
    public static Uri Root(HttpContext http) => new($"{http.Request.Scheme}://{http.Request.Host}");

    public static string PathOf(ConnectionLife life) => $"/api/v3/connections/{life.Id}";

    public static ConnectionListing List(ConnectionLife life, HttpContext http) => new()
    {
        Id = life.Id,
        Number = life.Connection.Number,
        ResourceName = life.Connection.Name,
        DisplayName = life.Connection.Name,
        AppName = life.Connection.AppName,
        AppId = AppIdOf(life.Connection.AppName),
        RegionUrl = Root(http),
        DetailUrl = new Uri(Root(http), PathOf(life)),
    };

    public static DatabaseAddress LocationOf(ApiContext api, Connection connection)
    {
        var (host, database, port) = api.Fleet.Addresses.Locate(connection.DatabaseKey);
        return new DatabaseAddress(host, database, port);
    }

    /// <summary>Apps have no list of their own here, so an app's id is made from its name.</summary>
    public static Guid AppIdOf(string appName) => new(SHA256.HashData(Encoding.UTF8.GetBytes($"app {appName}")).AsSpan(0, 16));

    public async Task<ConnectionDetail> DetailAsync(
        ConnectionLife life, bool isDeep, HttpContext http, CancellationToken cancellationToken)
    {
        var (connection, mappings) = await api.ReadAsync(life, cancellationToken);
        var counts = await api.BoardOf(life).ReadAsync(cancellationToken);
        var details = Details(life, connection, mappings, counts, http);
        var (state, sentence) = life.Standing;
        var calls = life.Host?.Mappings.Budget?.Read();
        if (state == ConnectionState.Idle && counts.Mappings.Any(status => status.Queued > 0))
            state = ConnectionState.PollingDbChanges;
        var file = MappingFileWriter.Write(connection, [], api.TimeProvider.GetUtcNow());
        return new ConnectionDetail
        {
            Id = life.Id,
            Number = connection.Number,
            Name = connection.Name,
            InternalName = connection.Name,
            AddonId = life.Id,
            ResourceName = connection.Name,
            AppName = connection.AppName,
            AppId = AppIdOf(connection.AppName),
            SchemaName = connection.Schema,
            DbKey = connection.DatabaseKey,
            Database = LocationOf(api, connection),
            OrganizationId = connection.OrganizationId,
            State = Word(state.ToString()),
            StateDescription = sentence ?? calls?.Sentence,
            MappingsSummaryState = details.Any(mapping => mapping.State == Word(nameof(MappingState.SystemError))) ? "ERROR" : "OK",
            DetailUrl = PathOf(life),
            NotificationsUrl = $"{PathOf(life)}/notifications",
            SfInfo = new SalesforceFacts(
                connection.Username,
                connection.OrganizationId,
                EnvironmentOf(connection.LoginUrl),
                EnvironmentOf(connection.LoginUrl) == "custom" ? connection.LoginUrl.Authority : null,
                connection.ApiVersion),
            SfInstance = life.Host?.Identity.InstanceUrl.Authority,
            CreatedAt = connection.CreatedAt,
            AuthUpdated = connection.AuthorizedAt,
            UserInfo = connection.UserInfo is { } info ? JsonNode.Parse(info) : null,
            Metrics = new ConnectionMetrics(counts.Mappings.Max(status => status.LastChange)),
            ApiUsage = calls is null ? null : Describe(calls),
            Features = file["connection"]?["features"]?.DeepClone() ?? new JsonObject(),
            Mappings = isDeep ? details : null,
        };
    }

    public async Task<MappingDetail> DetailAsync(
        ConnectionLife life, Connection connection, Mapping mapping, HttpContext http, CancellationToken cancellationToken)
    {
        var counts = await api.BoardOf(life).ReadAsync(cancellationToken);
        return Details(life, connection, [mapping], counts, http).Single();
    }

    private static ApiUsageFacts Describe(ConnectionCalls calls) => new(
        calls.Used, calls.Limit, calls.Share, calls.IsSlowed, calls.Org is { } org ? Math.Max(0, org.Allowed - org.Used) : null);

    private List<MappingDetail> Details(
        ConnectionLife life, Connection connection, IReadOnlyList<Mapping> mappings, StatusSnapshot counts, HttpContext http)
    {
        var file = MappingFileWriter.Write(connection, mappings, api.TimeProvider.GetUtcNow());
        var configs = (file["mappings"]?.AsArray() ?? []).OfType<JsonObject>().ToDictionary(
            item => item["object_name"]?.GetValue<string>() ?? "",
            item => item["config"]?.DeepClone().AsObject() ?? [],
            StringComparer.Ordinal);
        var live = (life.Host?.Mappings.All ?? []).ToDictionary(mapping => mapping.Mapped.Name, StringComparer.OrdinalIgnoreCase);
        return [.. mappings.Select(mapping => Detail(
            life, mapping, configs[mapping.ObjectName], live.GetValueOrDefault(mapping.ObjectName), counts, http))];
    }

    private static MappingDetail Detail(
        ConnectionLife life, Mapping mapping, JsonObject config, LiveMapping? live, StatusSnapshot counts, HttpContext http)
    {
        config["revision"] = mapping.Revision;
        var count = counts.Of(mapping.ObjectName);
        var calls = live?.Budget?.Read(live);
        var state = live?.Fault is { Action: Sync.Faults.FaultAction.PauseMapping } ? MappingState.SystemError : live?.Progress.State;
        return new MappingDetail
        {
            Id = mapping.Id,
            Number = mapping.Number,
            ObjectName = mapping.ObjectName,
            State = MappingMoves.ToText(state ?? MappingState.Initial),
            StateDescription = live?.Fault?.Sentence ?? calls?.Sentence ?? live?.IndexProblem,
            Config = config,
            Access = mapping.Access == MappingAccess.ReadWrite ? "read_write" : "read_only",
            SfNotifyEnabled = mapping.IsAccelerated,
            SfPollingSeconds = (int)mapping.PollInterval.TotalSeconds,
            UpsertField = mapping.UpsertField,
            Counts = new MappingCounts(count?.DatabaseRows, count?.SalesforceRows, count?.Queued ?? 0, count?.Failed ?? 0),
            DbCountDate = count is null ? null : counts.ReadAt,
            SalesforceCountDate = count?.SalesforceRows is null ? null : counts.ReadAt,
            Times = new MappingTimes(Spell(live?.PulledAt), null, null, Spell(live?.LastChange)),
            Load = live switch
            {
                { IsLoaded: false, Progress: var progress } => new MappingLoad(progress.RowsLoaded, progress.RowsTotal),
                { Refresh: { } refresh } => new MappingLoad(refresh.RowsDone, refresh.RowsTotal),
                _ => null,
            },
            ApiCallsToday = calls?.Used,
            ActivelyWriting = count is { Queued: > 0 },
            IsPolling = state is MappingState.PollingSfChanges or MappingState.PollingSfBulk or MappingState.WaitBulkUpdate,
            DetailUrl = $"/api/v3/mappings/{mapping.Id}",
            ErrorsUrl = $"/api/v3/mappings/{mapping.Id}/errors",
            SchemaUrl = new Uri(Root(http), $"{PathOf(life)}/schemas/{Uri.EscapeDataString(mapping.ObjectName)}"),
            CreatedAt = mapping.CreatedAt,
            UpdatedAt = mapping.AppliedAt,
            Connection = new MappingOwner(life.Id),
        };
    }

    internal static string Word(string name) => JsonNamingPolicy.SnakeCaseUpper.ConvertName(name);

    private static string? Spell(DateTimeOffset? moment) =>
        moment?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.ffffff+00:00", CultureInfo.InvariantCulture);

    private static string EnvironmentOf(Uri loginUrl) => loginUrl.Host switch
    {
        "login.salesforce.com" => "production",
        "test.salesforce.com" => "sandbox",
        _ => "custom",
    };
}
