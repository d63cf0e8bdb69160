using Tandem.Postgres.ChangeLog;
using Tandem.Server.Hosting;

namespace Tandem.Server.Api.V3;

/// <summary>The changes that Salesforce refused in the last day. Source: heroku-connect.md, section 12.3.</summary>
internal static class WriteErrors
{
    private const int Most = 1_000;

    private static readonly TimeSpan Window = TimeSpan.FromHours(24);

    /// <param name="table">Null for all of the connection's.</param>
    public static async Task<WriteErrorList> ReadAsync(
        ConnectionLife life, string? table, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var since = timeProvider.GetUtcNow() - Window;
        var errors = await ApiContext.QueryAsync(
            life,
            session => new ChangeLog(life.Connection.Schema).ListErrorsAsync(session, table, since, Most, cancellationToken),
            cancellationToken);
        return new WriteErrorList(
            errors.Count,
            [.. errors.Select(error => new WriteErrorView(error.Id, error.Table, error.RecordId, error.Message, error.CreatedAt))]);
    }
}
