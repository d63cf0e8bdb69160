using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Server.Adopt;
using Tandem.Server.Hosting;
using Tandem.Sync.Catalog;
using Tandem.Sync.Catalog.Access;
using Tandem.Sync.Catalog.Files;
using Tandem.Sync.Verify;

namespace Tandem.Server.Api.V1;

/// <summary>
/// Adoptions of the schema of a connection that Heroku Connect has filled: one is begun and asked for until it is ready. While it changes
/// anything, nothing of the connection works; then it goes on as it was, and sends what had waited.
/// </summary>
internal sealed class AdoptionEndpoints(ApiContext api)
{
    private readonly LastRuns<AdoptionResult> _runs = new(api, "adoption");

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/connections/{id:guid}/adoption", BeginAsync)
            .WithSummary("Begins to take over the schema that Heroku Connect filled, or tells what that would do.")
            .Takes<AdoptionBody>()
            .Produces<RunBegun>(202)
            .Fails(409);
        routes.MapGet("/connections/{id:guid}/adoption/{adoption:guid}", ReadAsync)
            .WithSummary("The plan of an adoption and what came of it: 202 until it is ready. The last one of a connection is kept.")
            .Produces<AdoptionResult>()
            .Produces(202);
    }

    private async Task<IResult> BeginAsync(HttpContext http, Guid id, CancellationToken cancellationToken)
    {
        var life = api.Find(http, id);
        var body = await JsonBody<AdoptionBody>.ReadAsync(http, cancellationToken);
        MappingFile? file = null;
        if (body.Value.MappingFile is { } text)
            body.Problems.Try("mapping_file", () => file = MappingFile.Parse(text.ToJsonString()));
        body.Problems.ThrowIfAny();
        if (_runs.IsUnderWay(life))
            throw ApiException.Conflict($"An adoption of {life.Connection.Name} is under way; wait for its end.");
        var (connection, _) = await api.ReadAsync(life, cancellationToken);
        if (!connection.IsInControlDatabase)
        {
            throw ApiException.Conflict(
                $"The tables of {connection.Name} are in another database ({connection.DatabaseKey}). Take them over there with "
                + "tandem adopt --database and the address of that database, then remove the connection and make it again: it goes on with "
                + "what was taken over.");
        }

        var ends = await api.Fleet.FindEndsAsync(connection, cancellationToken)
            ?? throw ApiException.Conflict($"Nobody has signed in to Salesforce for {connection.Name}; do that first.");
        var options = Read(body.Value, file, ends);
        var note = ApiContext.NoteOf(http, life, "connection.adopt");
        var run = _runs.Begin(life, token => RunAsync(life, options, note, token));
        return Results.Json(new RunBegun($"{Routes.Root}/connections/{id}/adoption/{run}"), ApiJson.Options, statusCode: 202);
    }

    private Task<IResult> ReadAsync(HttpContext http, Guid id, Guid adoption) =>
        _runs.ReadAsync(api.Find(http, id), adoption, ApiJson.Options);

    private static AdoptOptions Read(AdoptionBody asked, MappingFile? file, SyncHostOptions ends) => new()
    {
        Host = ends with { Mappings = file?.Mappings ?? [], Settings = file?.Connection ?? new ConnectionSettings() },
        HasMappings = file is not null,
        IsDryRun = asked.DryRun is true,
        IsPauseConfirmed = asked.ConfirmPaused is true,
        Verify = asked.Verify switch
        {
            AdoptionLook.Off => null,
            AdoptionLook.Counts => VerifyLevel.Counts,
            AdoptionLook.Values => VerifyLevel.Values,
            _ => VerifyLevel.Stamps,
        },
    };

    private async Task<AdoptionResult> RunAsync(
        ConnectionLife life, AdoptOptions options, AuditEntry note, CancellationToken cancellationToken)
    {
        var desk = api.Fleet.NewAdoptDesk(options);
        try
        {
            // A plan changes nothing, so that the work need not rest for it.
            var outcome = options.IsDryRun
                ? await desk.RunAsync(cancellationToken)
                : await life.WhileAtRestAsync(() => desk.RunAsync(cancellationToken), cancellationToken);
            var view = AdoptionView.Of(outcome, options.IsDryRun);
            if (view.Applied)
                await api.Fleet.NoteAsync(note with { After = view.MappingFile?.DeepClone() }, cancellationToken);
            return new AdoptionResult(view.Problems.Count == 0 && view.LookProblem is null, Describe(view), view);
        }
        catch (ConfigurationException exception)
        {
            return new AdoptionResult(false, string.Join(' ', exception.Problems), null);
        }
    }

    private static string Describe(AdoptionView view) => view switch
    {
        { NothingToDo: true } => $"Nothing is to be done: the schema {view.Schema} is taken over already.",
        { LookProblem: { } problem } => $"The schema is taken over, but both sides were not compared: {problem}",
        { Applied: true } => $"The schema {view.Schema} is taken over, without a reload.",
        { Problems.Count: > 0 } => $"Nothing was changed. {string.Join(' ', view.Problems)}",
        _ => $"The schema {view.Schema} can be taken over; nothing was changed.",
    };
}
