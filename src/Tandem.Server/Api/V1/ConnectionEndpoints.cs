using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;
using Tandem.Salesforce.Auth;
using Tandem.Server.Access;
using Tandem.Server.Api.OpenApi;
using Tandem.Server.Hosting;
using Tandem.Sync.Catalog;
using Tandem.Sync.Catalog.Access;
using Tandem.Sync.Catalog.Files;

namespace Tandem.Server.Api.V1;

/// <summary>Connections: which there are, and how one is made, changed and removed.</summary>
internal sealed class ConnectionEndpoints(ApiContext api)
{
    private static readonly QueryParameter WithMappings = new("with_mappings", "true removes its mappings too.", "boolean");

    private static readonly QueryParameter WithoutDatabase = new(
        "without_database", "true for a database that is no more: nothing is asked of it, and nothing there is changed.", "boolean");

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/connections", ListAsync).WithSummary("The connections.").Lists<ConnectionView>();
        routes.MapPost("/connections", AddAsync)
            .WithSummary("Makes a connection; it begins to work once it can sign in.")
            .Takes<NewConnection>()
            .Produces<ConnectionView>(201)
            .Fails(409);
        routes.MapGet("/connections/{id:guid}", ReadAsync).WithSummary("A connection.").Produces<ConnectionView>();
        routes.MapPatch("/connections/{id:guid}", ChangeAsync)
            .WithSummary("Changes a connection, which is started again.")
            .Takes<ConnectionChange>()
            .Produces<ConnectionView>();
        routes.MapDelete("/connections/{id:guid}", RemoveAsync)
            .WithSummary("Removes a connection from the configuration. The tables and their rows stay; their changes are captured no more.")
            .Takes(WithMappings, WithoutDatabase)
            .Produces(204)
            .Fails(409);
        routes.MapPost("/connections/{id:guid}/import-preview", PreviewAsync)
            .WithSummary("What an import of this mapping file would change, checked against the org. Changes nothing.")
            .WithMetadata(new TakesMappingFile())
            .Produces<ImportPreview>()
            .Fails(409);
    }

    private async Task<ItemList<ConnectionView>> ListAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var page = Page.Read(http);
        var stored = (await api.Fleet.Catalog.ListConnectionsAsync(cancellationToken)).ToDictionary(connection => connection.Id);
        var lives = page.Of(api.ConnectionsOf(http), life => life.Connection.Number.ToString("D10", CultureInfo.InvariantCulture));
        var conflicts = new Dictionary<Guid, ConflictCounts?>();
        foreach (var life in lives.Items)
            conflicts.Add(life.Id, await api.CountConflictsAsync(life, cancellationToken));
        return lives.Select(life => ConnectionView.Of(api, life, stored.GetValueOrDefault(life.Id) ?? life.Connection, conflicts[life.Id]));
    }

    private async Task<ConnectionView> ReadAsync(HttpContext http, Guid id, CancellationToken cancellationToken)
    {
        var life = api.Find(http, id);
        var (connection, _) = await api.ReadAsync(life, cancellationToken);
        return await ViewAsync(life, connection, cancellationToken);
    }

    private async Task<IResult> AddAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var caller = ApiContext.CallerOf(http);
        if (caller.ConnectionId is not null)
            throw ApiException.Forbidden("This API token is limited to one connection; use one that is not to make another.");
        var body = await JsonBody<NewConnection>.ReadAsync(http, cancellationToken);
        var (asked, problems) = (body.Value, body.Problems);
        var appName = asked.AppName ?? caller.AppName ?? Connection.DefaultAppName;
        problems.Try("app_name", () => NameRules.Check("app", appName));
        if (caller.AppName is { } own && own != appName)
            problems.Add("app_name", "This API token is limited to another app.");
        if (asked.Name is { } name)
            problems.Try("name", () => NameRules.Check("connection", name));
        if (asked.SchemaName is { } schema)
            ConnectionRules.CheckSchema(schema, problems);
        if (asked.ApiVersion is { } version)
            ConnectionRules.CheckApiVersion(version, problems);
        var grant = ReadEnds(asked.LoginUrl, asked.SignIn, problems);
        var database = DatabaseChoice.Read(api, http, asked.DatabaseUrl, asked.DbKey, problems);
        var settings = ConnectionRules.Read(asked, problems);
        problems.ThrowIfAny();
        var connection = new Connection
        {
            Id = Guid.CreateVersion7(api.TimeProvider.GetUtcNow()),
            Name = asked.Name ?? "",
            AppName = appName,
            Schema = asked.SchemaName ?? "",
            DatabaseKey = database?.Key ?? Connection.ControlDatabase,
            LoginUrl = asked.LoginUrl ?? throw new InvalidOperationException("A login_url that is missing was let pass."),
            ApiVersion = asked.ApiVersion ?? SyncHostOptions.NewestApiVersion,
        };
        var former = database is null || connection.IsInControlDatabase ? null : new FormerCatalog(database.Url);
        var there = former is null ? null : await former.FindAsync(connection.Schema, cancellationToken);
        connection = settings.ApplyTo(there?.PassTo(connection) ?? connection, there?.Mappings.Count > 0);
        var draft = new ConnectionDraft(connection)
        {
            Mappings = there?.Mappings ?? [],
            DatabaseUrl = database?.StoredUrl,
            Grant = grant,
            Note = new AuditEntry
            {
                Actor = caller.Actor,
                Action = "connection.create",
                Subject = connection.Name,
                ConnectionId = connection.Id,
                After = Describe(connection),
            },
        };
        var life = await AdmitAsync(draft, cancellationToken);
        if (former is not null && there is not null)
            await former.PauseAsync(there.Connection.Id, cancellationToken);
        http.Response.Headers.Location = $"{Routes.Root}/connections/{life.Id}";
        return Results.Json(await ViewAsync(life, life.Connection, cancellationToken), ApiJson.Options, statusCode: 201);
    }

    private async Task<ConnectionView> ViewAsync(ConnectionLife life, Connection connection, CancellationToken cancellationToken) =>
        ConnectionView.Of(api, life, connection, await api.CountConflictsAsync(life, cancellationToken));

    private async Task<ConnectionLife> AdmitAsync(ConnectionDraft draft, CancellationToken cancellationToken)
    {
        try
        {
            return await api.Fleet.AddAsync(draft, cancellationToken);
        }
        catch (ConfigurationException exception)
        {
            throw ApiException.Conflict(exception.Message);
        }
    }

    private async Task<ConnectionView> ChangeAsync(HttpContext http, Guid id, CancellationToken cancellationToken)
    {
        var life = api.Find(http, id);
        var body = await JsonBody<ConnectionChange>.ReadAsync(http, cancellationToken);
        var (asked, problems) = (body.Value, body.Problems);
        var grant = ReadEnds(asked.LoginUrl, asked.SignIn, problems);
        var database = DatabaseChoice.Read(api, http, asked.DatabaseUrl, asked.DbKey, problems);
        var settings = ConnectionRules.Read(asked, problems);
        problems.ThrowIfAny();
        var (stored, mappings) = await api.ReadAsync(life, cancellationToken);
        var next = Next();
        if (database is not null && (database.StoredUrl is not null || database.Key != stored.DatabaseKey))
        {
            var move = new ConnectionMove(api);
            life = await move.RunAsync(http, life, stored.Schema, database.Key, database.StoredUrl, cancellationToken);
            (stored, mappings) = await api.ReadAsync(life, cancellationToken);
            next = Next();
        }

        if (next == stored && grant is null)
            return await ViewAsync(life, stored, cancellationToken);
        var note = ApiContext.NoteOf(http, life, "connection.change") with { Before = Describe(stored), After = Describe(next) };
        await life.WhileAtRestAsync(
            async () =>
            {
                await api.Fleet.Catalog.SaveAsync(next, [], cancellationToken);
                await StoreAsync(life, grant, note, cancellationToken);
                return true;
            },
            cancellationToken);
        return await ReadAsync(http, id, cancellationToken);

        Connection Next() => settings.ApplyTo(stored, mappings.Count > 0) with { LoginUrl = asked.LoginUrl ?? stored.LoginUrl };
    }

    private async Task<IResult> RemoveAsync(HttpContext http, Guid id, CancellationToken cancellationToken)
    {
        var life = api.Find(http, id);
        var (connection, mappings) = await api.ReadAsync(life, cancellationToken);
        if (mappings.Count > 0 && !WithMappings.ReadSwitch(http))
        {
            throw ApiException.Conflict(
                $"{connection.Name} has {mappings.Count} mappings: remove them first, or all of it with ?with_mappings=true. "
                + "The tables and their rows stay either way.");
        }

        if (WithoutDatabase.ReadSwitch(http))
            await api.Fleet.AbandonAsync(life, cancellationToken);
        else
            await ForgetAsync(life, cancellationToken);
        var note = ApiContext.NoteOf(http, life, "connection.remove") with { Before = Describe(connection) };
        await api.Fleet.NoteAsync(note, cancellationToken);
        return Results.NoContent();
    }

    private async Task ForgetAsync(ConnectionLife life, CancellationToken cancellationToken)
    {
        try
        {
            await api.Fleet.RemoveAsync(life, cancellationToken);
        }
        catch (ConfigurationException exception) when (exception.InnerException is not NpgsqlException)
        {
            throw ApiException.Conflict(exception.Message);
        }
    }

    private async Task<ImportPreview> PreviewAsync(HttpContext http, Guid id, CancellationToken cancellationToken)
    {
        var life = api.Find(http, id);
        using var reader = new StreamReader(http.Request.Body);
        var file = await reader.ReadToEndAsync(cancellationToken);
        MappingFile.Parse(file);
        var options = new ImportRequest(file, IsPreview: true).ToJson();
        var outcome = await api.AskAsync(life, RequestKind.Import, objectName: null, options, cancellationToken);
        if (!outcome.Succeeded)
            new Problems().AddAll(outcome.Sentence.Split('\n')).ThrowIfAny();
        var changes = JsonSerializer.Deserialize<List<MappingFileChange>>(outcome.Detail ?? "[]") ?? [];
        return new ImportPreview([.. changes.Select(PreviewedChange.Of)]);
    }

    /// <summary>Checks what leads to the org, which needs a place to keep secrets in.</summary>
    private OAuthGrant? ReadEnds(Uri? loginUrl, ConnectionSignIn? signIn, Problems problems)
    {
        if (loginUrl is not null)
            ConnectionRules.CheckLoginUrl(loginUrl, problems);
        if (signIn is not null && !api.Fleet.Credentials.CanStore)
        {
            problems.Add(
                "sign_in", "It could not be stored: the server was started without a master key. Give it TANDEM_KEY_FILE or TANDEM_KEY.");
        }

        return signIn?.ToGrant(problems);
    }

    private Task<bool> StoreAsync(ConnectionLife life, OAuthGrant? grant, AuditEntry note, CancellationToken cancellationToken) =>
        api.Fleet.ChangeAsync(
            async session =>
            {
                if (grant is not null)
                    await api.Fleet.Credentials.SaveSignInAsync(session, life.Id, grant, cancellationToken);
                await AuditTable.AppendAsync(session, note, cancellationToken);
                return true;
            },
            cancellationToken);

    /// <summary>As a mapping file tells it.</summary>
    private JsonObject Describe(Connection connection)
    {
        var described = MappingFileWriter.Write(connection, [], api.TimeProvider.GetUtcNow())["connection"]?.DeepClone().AsObject() ?? [];
        described["login_url"] = connection.LoginUrl.ToString();
        described["schema_name"] = connection.Schema;
        described["db_key"] = connection.DatabaseKey;
        return described;
    }
}
