using System.Text.Json;
using Tandem.Salesforce.Http;

namespace Tandem.Salesforce.Records;

/// <summary>
/// Rows read by id, in the order of the ids asked for. Owns the pooled bytes that the elements read from: use them before disposing.
/// </summary>
public sealed class RetrievedRecords : IDisposable
{
    private readonly ApiDocument _document;

    internal RetrievedRecords(ApiDocument document)
    {
        _document = document;
        Records =
        [
            .. document.Root.EnumerateArray()
                .Select(element => element.ValueKind == JsonValueKind.Object ? element : (JsonElement?)null),
        ];
    }

    /// <summary>Null stands for a row that does not exist or that the user may not see.</summary>
    public IReadOnlyList<JsonElement?> Records { get; }

    public void Dispose() => _document.Dispose();
}
