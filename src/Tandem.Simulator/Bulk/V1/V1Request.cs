using System.Text.Json;
using System.Xml;
using System.Xml.Linq;
using Microsoft.AspNetCore.Http;

namespace Tandem.Simulator.Bulk.V1;

/// <summary>Reads requests of the older Bulk API, which come as XML or as JSON, and bodies of batches. Source: salesforce-api.md, section
/// 3.3.</summary>
internal static class V1Request
{
    private const int MostBatchBytes = 10_000_000;

    /// <summary>What the client sends and wants: JSON when it says so, else XML.</summary>
    public static V1Format FormatOf(HttpRequest request) =>
        IsJson(request.ContentType) || IsJson(request.Headers.Accept.ToString()) ? V1Format.Json : V1Format.Xml;

    /// <summary>The members of a flat object, by name.</summary>
    public static async Task<Dictionary<string, string>> ReadMembersAsync(HttpContext context)
    {
        try
        {
            if (IsJson(context.Request.ContentType))
            {
                using var json = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
                if (json.RootElement.ValueKind != JsonValueKind.Object)
                    throw new V1Exception("InvalidJob", "The job is no JSON object");
                return json.RootElement.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.String)
                    .ToDictionary(member => member.Name, member => member.Value.GetString() ?? "", StringComparer.Ordinal);
            }

            var document = await XDocument.LoadAsync(context.Request.Body, LoadOptions.None, context.RequestAborted);
            return document.Root?.Name.LocalName == "jobInfo"
                ? document.Root.Elements().GroupBy(element => element.Name.LocalName, StringComparer.Ordinal)
                    .ToDictionary(group => group.Key, group => group.First().Value.Trim(), StringComparer.Ordinal)
                : throw new V1Exception("InvalidXML", "The job is no element jobInfo");
        }
        catch (JsonException)
        {
            throw new V1Exception("InvalidJob", "The job is no JSON");
        }
        catch (XmlException)
        {
            throw new V1Exception("InvalidXML", "The job is no XML");
        }
    }

    public static async Task<ReadOnlyMemory<byte>> ReadBatchAsync(HttpContext context)
    {
        using var content = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await context.Request.Body.ReadAsync(buffer, context.RequestAborted) is > 0 and var length)
        {
            if (content.Length + length > MostBatchBytes)
                throw new V1Exception("ClientInputError", $"Failed to read request. Exceeded max size limit of {MostBatchBytes}");
            content.Write(buffer, 0, length);
        }

        return content.GetBuffer().AsMemory(0, (int)content.Length);
    }

    private static bool IsJson(string? type) => type?.Contains("application/json", StringComparison.OrdinalIgnoreCase) == true;
}
