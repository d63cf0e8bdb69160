using Microsoft.Extensions.Logging;
using Tandem.Postgres;
using Tandem.Postgres.Tables;
using Tandem.Salesforce;
using Tandem.Salesforce.Auth;
using Tandem.Server.Hosting;
using Tandem.Sync.Adopt;
using Tandem.Sync.Catalog;
using Tandem.Sync.Catalog.Files;
using Tandem.Sync.Running;

namespace Tandem.Server.Adopt;

/// <summary>
/// Takes a schema over from Heroku Connect: plans, and unless that is all, holds the lock of the schema, plans once more, carries the plan
/// out, polls once and compares both sides. Used by
/// <c>tandem adopt</c> and by a running server, whose database it shares. Doing it again finds nothing to do.
/// </summary>
public sealed class AdoptDesk(AdoptOptions options, TimeProvider timeProvider, ILoggerFactory loggerFactory)
{
    private readonly SyncHostOptions _host = options.Host;

    /// <exception cref="ConfigurationException">An end cannot be reached, or there is nothing that could be taken over.</exception>
    public async Task<AdoptOutcome> RunAsync(CancellationToken cancellationToken)
    {
        await using var own = _host.Database is null ? new TargetDatabase(DatabaseWords.Open(_host.DatabaseUrl)) : null;
        try
        {
            return await RunAsync(own ?? _host.Database ?? throw new InvalidOperationException("No database is open."), cancellationToken);
        }
        catch (Exception exception) when (Explain(exception) is { } sentence)
        {
            throw new ConfigurationException(sentence, exception);
        }
    }

    private async Task<AdoptOutcome> RunAsync(TargetDatabase database, CancellationToken cancellationToken)
    {
        // A dry run leaves a database alone that Tandem has never used; where it has, its own tables are brought up to date.
        var catalog = new CatalogDatabase(database.DataSource);
        var isKnown = await catalog.IsThereAsync(cancellationToken);
        if (isKnown)
            await catalog.MigrateAsync(cancellationToken);
        var connection = await FindConnectionAsync(catalog, isKnown, Guid.CreateVersion7(), cancellationToken);
        using var salesforce = new SalesforceClient(
            new SalesforceOptions { LoginUrl = connection.LoginUrl, ApiVersion = connection.ApiVersion },
            _host.Grant,
            timeProvider,
            loggerFactory)
        {
            RefreshTokenRotated = _host.RefreshTokenRotated,
        };
        var identity = await salesforce.SignInAsync(cancellationToken);
        if (connection.OrganizationId is { } expected && expected != identity.OrganizationId.Value)
        {
            throw new ConfigurationException(
                $"The schema {connection.Schema} belongs to the org {expected}, but the sign-in leads to {identity.OrganizationId.Value}.");
        }

        var plan = await PlanAsync(connection, identity, catalog, isKnown, salesforce, database, cancellationToken);
        var outcome = Tell(plan, connection, plan.Problems);
        if (options.IsDryRun || plan.IsDone || outcome.Problems.Count > 0)
            return outcome;
        var busy = PauseCheck.FindProblems(plan, options.IsPauseConfirmed, options.Adoption);
        if (busy.Count > 0)
            return outcome with { Problems = busy };

        await catalog.MigrateAsync(cancellationToken);
        var settings = new ShiftSettings { Sync = _host.Sync, TimeProvider = timeProvider, LoggerFactory = loggerFactory };
        await using var shiftLock = new ShiftLock(connection.Schema, database, settings);
        await shiftLock.HoldAsync(cancellationToken);
        return await ApplyAsync(connection, identity, catalog, salesforce, database, (shiftLock, settings), cancellationToken);
    }

    /// <summary>What is stored may be another once the lock is held, so that the plan is made anew.</summary>
    private async Task<AdoptOutcome> ApplyAsync(
        Connection connection,
        OrgIdentity identity,
        CatalogDatabase catalog,
        SalesforceClient salesforce,
        TargetDatabase database,
        (ShiftLock Lock, ShiftSettings Settings) shift,
        CancellationToken cancellationToken)
    {
        connection = await FindConnectionAsync(catalog, isKnown: true, connection.Id, cancellationToken);
        var plan = await PlanAsync(connection, identity, catalog, isKnown: true, salesforce, database, cancellationToken);
        IReadOnlyList<string> problems = plan.Problems.Count > 0
            ? plan.Problems
            : PauseCheck.FindProblems(plan, options.IsPauseConfirmed, options.Adoption);
        if (plan.IsDone || problems.Count > 0)
            return Tell(plan, connection, problems);
        var adopter = new Adopter(salesforce, database.DataSource, options.Adoption, timeProvider, loggerFactory.CreateLogger<Adopter>());
        await adopter.ApplyAsync(plan, connection, cancellationToken);
        var outcome = Tell(plan, connection, []) with { WasApplied = true };
        if (options.Verify is not { } level)
            return outcome;
        try
        {
            await using var prepared = new ConnectionShift(connection, database, salesforce, shift.Lock, shift.Settings);
            await prepared.PrepareAsync(await catalog.ListMappingsAsync(connection.Id, cancellationToken), cancellationToken);
            var adopted = plan.Tables.Where(table => table.Action == AdoptionAction.Adopt).Select(table => table.ObjectName)
                .ToHashSet(StringComparer.Ordinal);
            var reports = prepared.Mappings is { } mappings
                ? await new FirstLook(salesforce, database.DataSource, shift.Settings).RunAsync(mappings, adopted, level, cancellationToken)
                : [];
            return outcome with { Reports = reports };
        }
        catch (Exception exception) when (exception is ConfigurationException || Explain(exception) is not null)
        {
            return outcome with { LookProblem = Explain(exception) ?? exception.Message };
        }
    }

    private async Task<AdoptionPlan> PlanAsync(
        Connection connection,
        OrgIdentity identity,
        CatalogDatabase catalog,
        bool isKnown,
        SalesforceClient salesforce,
        TargetDatabase database,
        CancellationToken cancellationToken)
    {
        var request = new AdoptionRequest
        {
            Schema = connection.Schema,
            Types = connection.Types,
            OrganizationId = identity.OrganizationId.Value,
            Mappings = options.HasMappings ? _host.Mappings : null,
            Stored = isKnown ? await catalog.ListMappingsAsync(connection.Id, cancellationToken) : [],
        };
        await using var session = await database.DataSource.OpenConnectionAsync(cancellationToken);
        return await new AdoptionPlanner(salesforce, request, options.Adoption).PlanAsync(session, cancellationToken);
    }

    private async Task<Connection> FindConnectionAsync(
        CatalogDatabase catalog, bool isKnown, Guid newId, CancellationToken cancellationToken)
    {
        var stored = isKnown ? await catalog.FindConnectionAsync(_host.Schema, cancellationToken) : null;
        var hasTables = stored is not null && (await catalog.ListMappingsAsync(stored.Id, cancellationToken)).Count > 0;
        return _host.ApplyTo(stored, hasTables, newId);
    }

    private AdoptOutcome Tell(AdoptionPlan plan, Connection connection, IReadOnlyList<string> problems) => new()
    {
        Plan = plan,
        Problems = problems,
        MappingFile = MappingFileWriter.ToText(MappingFileWriter.Write(
            connection with { OrganizationId = plan.OrganizationId },
            [.. plan.Tables.Select(table => table.Mapping).OfType<Mapping>()],
            timeProvider.GetUtcNow())),
    };

    private string? Explain(Exception exception) => exception switch
    {
        SalesforceException or TableMismatchException => exception.Message,
        _ => DatabaseWords.Explain(exception, _host.DatabaseUrl),
    };
}
