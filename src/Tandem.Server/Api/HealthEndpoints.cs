using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace Tandem.Server.Api;

/// <summary>
/// What supervisors and load balancers ask without a token: healthz says that the process answers, readyz that it works and has its
/// catalogue. They tell nothing more than that.
/// </summary>
internal sealed class HealthEndpoints(ApiContext api)
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(2);

    /// <summary>Whoever asks more often gets the last answer: nobody without a token keeps the database busy.</summary>
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private long _askedAt;
    private Task<bool>? _asked;

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", () => Results.Text("ok")).WithMetadata(new OpenToAll());
        routes.MapGet("/readyz", AnswerAsync).WithMetadata(new OpenToAll());
    }

    private async Task<IResult> AnswerAsync(CancellationToken cancellationToken)
    {
        var isReady = api.Fleet.IsAtWork && await HasCatalogAsync().WaitAsync(cancellationToken);
        return isReady ? Results.Text("ok") : Results.Text("not ready", statusCode: StatusCodes.Status503ServiceUnavailable);
    }

    private Task<bool> HasCatalogAsync()
    {
        lock (_lock)
        {
            if (_asked is null || (_asked.IsCompleted && api.TimeProvider.GetElapsedTime(_askedAt) >= Fresh))
                (_askedAt, _asked) = (api.TimeProvider.GetTimestamp(), AskCatalogAsync());
            return _asked;
        }
    }

    private async Task<bool> AskCatalogAsync()
    {
        using var stop = new CancellationTokenSource(AnswerWithin, api.TimeProvider);
        try
        {
            return await api.Fleet.Catalog.IsThereAsync(stop.Token);
        }
        catch (Exception exception) when (exception is NpgsqlException or OperationCanceledException or ObjectDisposedException)
        {
            return false;
        }
    }
}
