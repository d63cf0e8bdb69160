using System.Text.Json;
using Tandem.Sync.Catalog;
using Tandem.Sync.Catalog.Files;

namespace Tandem.Sync.Running;

/// <summary>
/// Takes a mapping file over, or tells what it would change. Everything is checked against the org and the tables first; then it is stored
/// in one transaction and the shift ends, so that the next one works with it. Doing it twice finds nothing left to change.
/// Source: heroku-connect.md, section 11.
/// </summary>
/// <param name="checkAsync">Throws <see cref="ConfigurationException"/> where a mapping asks for what cannot be.</param>
public sealed class ImportHandler(
    Connection connection,
    CatalogDatabase catalog,
    Func<IReadOnlyList<Mapping>, CancellationToken, Task> checkAsync,
    TimeProvider timeProvider) : IRequestHandler
{
    public RequestKind Kind => RequestKind.Import;

    public async Task<RequestOutcome> RunAsync(
        Request request, IReadOnlyList<LiveMapping> targets, CancellationToken cancellationToken)
    {
        var asked = ImportRequest.Parse(request.Options);
        try
        {
            return await ImportAsync(MappingFile.Parse(asked.File), asked.IsPreview, cancellationToken);
        }
        catch (ConfigurationException exception)
        {
            return new RequestOutcome(false, string.Join('\n', exception.Problems));
        }
    }

    private async Task<RequestOutcome> ImportAsync(MappingFile file, bool isPreview, CancellationToken cancellationToken)
    {
        var stored = await catalog.ListMappingsAsync(connection.Id, cancellationToken);
        var mappings = Mapping.Replace(stored, file.Mappings);
        var next = file.Connection.ApplyTo(connection, hasTables: stored.Count > 0);
        await checkAsync(mappings, cancellationToken);

        var now = timeProvider.GetUtcNow();
        var changes = MappingFileDiff.Between(
            MappingFileWriter.Write(connection, stored, now), MappingFileWriter.Write(next, mappings, now));
        var detail = JsonSerializer.Serialize(changes);
        if (changes.Count == 0)
            return new RequestOutcome(true, "Nothing changes: the connection is as the file asks.") { Detail = detail };
        if (isPreview)
            return new RequestOutcome(true, $"{Count(changes)} would change; nothing was changed.") { Detail = detail };

        await catalog.SaveAsync(next, file.Mappings, cancellationToken);
        return new RequestOutcome(true, $"{Count(changes)} changed.") { Detail = detail, EndsShift = true };
    }

    private static string Count(IReadOnlyList<MappingFileChange> changes) =>
        changes.Count == 1 ? "1 setting" : $"{changes.Count} settings";
}
