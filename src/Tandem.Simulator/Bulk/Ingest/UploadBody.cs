using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using Tandem.Simulator.Http;

namespace Tandem.Simulator.Bulk.Ingest;

/// <summary>Reads what a client uploads to an ingest job: CSV alone, or a job and its CSV in the two parts of one form.</summary>
internal static class UploadBody
{
    private const int LongestBoundary = 200;
    private const int MostFormCharacters = 100_000;
    private const int BytesOfBase64 = 4;
    private const int BytesBehindBase64 = 3;

    public static bool IsForm(HttpRequest request) =>
        request.ContentType?.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>The whole body, or the error that it is too large.</summary>
    public static async Task<ReadOnlyMemory<byte>> ReadCsvAsync(HttpContext context, BulkSettings settings)
    {
        var request = context.Request;
        if (request.ContentType is { } type && !type.StartsWith("text/csv", StringComparison.OrdinalIgnoreCase))
            throw new ApiException(415, "UNSUPPORTED_MEDIA_TYPE", $"Rows are uploaded as text/csv; the request is of the type {type}");
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } feature)
            feature.MaxRequestBodySize = null;
        var most = settings.MaxEncodedBytes / BytesOfBase64 * BytesBehindBase64;
        var isPlain = request.Headers.ContentEncoding.Count == 0;
        if (isPlain && request.ContentLength > most)
            throw TooLarge(settings);

        using var content = new MemoryStream(isPlain ? (int)(request.ContentLength ?? 0) : 0);
        var buffer = new byte[64 * 1024];
        while (await request.Body.ReadAsync(buffer, context.RequestAborted) is > 0 and var length)
        {
            if (content.Length + length > most)
                throw TooLarge(settings);
            content.Write(buffer, 0, length);
        }

        return content.GetBuffer().AsMemory(0, (int)content.Length);
    }

    /// <summary>A form's part <c>job</c> and its part <c>content</c>.</summary>
    public static async Task<(JsonDocument Job, ReadOnlyMemory<byte> Content)> ReadFormAsync(HttpContext context)
    {
        var boundary = MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            ? HeaderUtilities.RemoveQuotes(type.Boundary).Value : null;
        if (string.IsNullOrEmpty(boundary) || boundary.Length > LongestBoundary)
            throw new ApiException(400, "INVALIDJOB", "InvalidJob : The form has no boundary");
        JsonDocument? job = null;
        ReadOnlyMemory<byte>? content = null;
        try
        {
            var reader = new MultipartReader(boundary, context.Request.Body);
            while (await reader.ReadNextSectionAsync(context.RequestAborted) is { } section)
            {
                using var part = new MemoryStream();
                await section.Body.CopyToAsync(part, context.RequestAborted);
                switch (section.GetContentDispositionHeader()?.Name.Value?.Trim('"'))
                {
                    case "job":
                        job = JsonDocument.Parse(part.ToArray());
                        break;
                    case "content":
                        content = part.ToArray();
                        break;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            throw new ApiException(400, "INVALIDJOB", "InvalidJob : The body is no form with parts");
        }
        catch (JsonException)
        {
            throw new ApiException(400, "JSON_PARSER_ERROR", "The part named job is no JSON");
        }

        if (job is null || content is not { } rows)
            throw new ApiException(400, "INVALIDJOB", "InvalidJob : The form needs the parts job and content");
        if (rows.Length > MostFormCharacters)
        {
            throw new ApiException(400, "LIMIT_EXCEEDED",
                $"LimitExceeded : A form takes {MostFormCharacters} bytes of rows; the part content has {rows.Length}");
        }

        return (job, rows);
    }

    private static ApiException TooLarge(BulkSettings settings) => new(400, "LIMIT_EXCEEDED",
        $"LimitExceeded : The rows of a job may have {settings.MaxEncodedBytes} bytes after base64, which are three quarters of that before");
}
