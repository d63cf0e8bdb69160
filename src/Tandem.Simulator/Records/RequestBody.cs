using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Tandem.Simulator.Data;
using Tandem.Simulator.Http;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Records;

/// <summary>
/// The body of a request that saves records: JSON alone, or <c>multipart/form-data</c> with the JSON first and files after it. Source:
/// salesforce-api.md, section 2.3.
/// </summary>
internal sealed class RequestBody : IDisposable
{
    private readonly JsonDocument _document;
    private readonly Dictionary<string, byte[]> _parts;

    private RequestBody(JsonDocument document, Dictionary<string, byte[]> parts)
    {
        _document = document;
        _parts = parts;
    }

    public JsonElement Json => _document.RootElement;

    public bool HasParts => _parts.Count > 0;

    public static async Task<RequestBody> ReadAsync(HttpContext context)
    {
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            || !type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase))
            return new RequestBody(await ApiRequest.ReadJsonAsync(context), []);
        if (HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 } boundary)
            throw Invalid("The Content-Type multipart/form-data names no boundary");
        try
        {
            return await ReadPartsAsync(new MultipartReader(boundary, context.Request.Body), context.RequestAborted);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            throw Invalid("The body is not split by the boundary that Content-Type names");
        }
        catch (JsonException)
        {
            throw Invalid("The first part of the body is no JSON");
        }
    }

    /// <summary>Puts the files of a body about one record into its draft: a part goes to the field of its name, or to the only file field
    /// that there is.</summary>
    public RecordDraft Attach(RecordDraft draft, ObjectTable table) =>
        _parts.Keys.Aggregate(draft, (with, partName) => Attach(with, table, partName, null));

    /// <summary>Puts one file into the field that <paramref name="alias"/> or the part's own name names.</summary>
    public RecordDraft Attach(RecordDraft draft, ObjectTable table, string partName, string? alias)
    {
        var files = Enumerable.Range(0, table.Type.Fields.Count).Where(at => table.Type.Fields[at].Type == FieldType.Base64).ToList();
        var named = table.Type.OrdinalOf(alias ?? partName);
        var ordinal = files.Contains(named) ? named : alias is null && files is [var only] ? only : -1;
        if (ordinal < 0)
            return Failed(draft, $"{table.Type.Name} has no file field {alias ?? partName}");
        return _parts.TryGetValue(partName, out var bytes)
            ? draft with { Values = FieldValues.Of(draft.Values).With(ordinal, bytes) }
            : Failed(draft, $"The body has no part named {partName}");
    }

    public void Dispose() => _document.Dispose();

    private static async Task<RequestBody> ReadPartsAsync(MultipartReader reader, CancellationToken cancellationToken)
    {
        JsonDocument? document = null;
        var parts = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
        {
            if (document is null)
            {
                document = await JsonDocument.ParseAsync(section.Body, default, cancellationToken);
                continue;
            }

            var name = ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
                ? HeaderUtilities.RemoveQuotes(disposition.Name).Value : null;
            using var buffer = new MemoryStream();
            await section.Body.CopyToAsync(buffer, cancellationToken);
            parts[name ?? throw Invalid("A part of the body has no name in its Content-Disposition")] = buffer.ToArray();
        }

        return new RequestBody(document ?? throw Invalid("The body has no part"), parts);
    }

    private static RecordDraft Failed(RecordDraft draft, string message) => draft with
    {
        Errors = [.. draft.Errors, new SaveError { StatusCode = "INVALID_FIELD", Message = message }],
    };

    private static ApiException Invalid(string message) => new(400, "INVALID_MULTIPART_REQUEST", message);
}
