using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Server.Hosting;
using Tandem.Sync.Catalog;
using Tandem.Sync.Diagnose;

namespace Tandem.Server.Api.V3;

/// <summary>
/// Diagnoses: of a connection one is begun and asked for until it is ready, of a mapping it is answered at once.
/// Source: heroku-connect.md, sections 12.3 and 12.6.
/// </summary>
internal sealed class ValidationEndpoints(ApiContext api)
{
    private readonly LastRuns<Diagnosis> _runs = new(api, "validation");

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v3/connections/{id:guid}/validations", BeginAsync)
            .WithSummary("Begins a diagnosis of a connection.")
            .Produces<ResultAddress>(202);
        routes.MapGet("/api/v3/connections/{id:guid}/validations/{validation:guid}", ReadAsync)
            .WithSummary("A diagnosis: 202 until it is ready. The last one of a connection is kept.")
            .Produces<Diagnosis>()
            .Produces(202);
        routes.MapGet("/api/v3/mappings/{id:guid}/validations", DiagnoseMappingAsync)
            .WithSummary("Diagnoses a mapping.")
            .Produces<DiagnosisSection>();
    }

    private async Task<IResult> BeginAsync(HttpContext http, Guid id, CancellationToken cancellationToken)
    {
        var life = api.Find(http, id);
        var (connection, _) = await api.ReadAsync(life, cancellationToken);
        var shift = ShiftOf(life, connection);
        var validation = _runs.Begin(life, NewDiagnoser(shift).RunAsync);
        return Results.Json(new ResultAddress($"{Views.PathOf(life)}/validations/{validation}"), statusCode: 202);
    }

    private Task<IResult> ReadAsync(HttpContext http, Guid id, Guid validation) =>
        _runs.ReadAsync(api.Find(http, id), validation, DiagnosisJson.Options);

    private async Task<IResult> DiagnoseMappingAsync(HttpContext http, Guid id, CancellationToken cancellationToken)
    {
        var (life, connection, mapping) = await api.FindMappingAsync(http, id, cancellationToken);
        var section = await NewDiagnoser(ShiftOf(life, connection)).RunAsync(mapping.ObjectName, cancellationToken);
        return section is not null
            ? Results.Json(section, DiagnosisJson.Options)
            : throw ApiException.Conflict($"{mapping.ObjectName} is not worked yet; try again.");
    }

    private Diagnoser NewDiagnoser(DiagnosedShift shift) => new(shift, new DiagnoseOptions(), api.TimeProvider);

    private static DiagnosedShift ShiftOf(ConnectionLife life, Connection connection)
    {
        var host = ApiContext.AtWork(life);
        return new DiagnosedShift
        {
            Connection = connection, Mappings = host.Mappings, Salesforce = host.Salesforce, DataSource = host.DataSource,
        };
    }
}
