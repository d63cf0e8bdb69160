using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Tandem.Simulator.Data;
using Tandem.Simulator.Http;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Records;

/// <summary>
/// The conditions that a request's headers put on one row: by entity tag, which accounts alone have, and by the second of the last
/// change. A read that misses one answers 304 or 412, a write is refused. Source: salesforce-api.md, section 2.5.
/// </summary>
internal sealed record RowConditions
{
    public const string NotModified = "NOT_MODIFIED";
    public const string Failed = "PRECONDITION_FAILED";

    private const int TagBytes = 20;
    private static readonly string[] CompressedSuffixes = ["--gzip", "-gzip"];

    private string? IfMatch { get; init; }

    private string? IfNoneMatch { get; init; }

    private DateTime? ModifiedSince { get; init; }

    private DateTime? UnmodifiedSince { get; init; }

    private bool IsWrite { get; init; }

    /// <summary>Reads the headers; a date that is none is overlooked by a read and refused by a write.</summary>
    public static RowConditions Of(HttpContext context, ObjectType type)
    {
        var headers = context.Request.Headers;
        var isWrite = !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method);
        var hasTags = HasTags(type);
        return new RowConditions
        {
            IfMatch = hasTags ? Text(headers.IfMatch.ToString()) : null,
            IfNoneMatch = hasTags ? Text(headers.IfNoneMatch.ToString()) : null,
            ModifiedSince = Moment("If-Modified-Since", headers.IfModifiedSince.ToString(), isWrite),
            UnmodifiedSince = Moment("If-Unmodified-Since", headers.IfUnmodifiedSince.ToString(), isWrite),
            IsWrite = isWrite,
        };
    }

    /// <summary>Tells the row's tag and the second of its last change.</summary>
    public static void Describe(HttpContext context, ObjectType type, object?[] values)
    {
        if (LastChange(type, values) is { } changed)
            context.Response.Headers.LastModified = new DateTimeOffset(changed).ToString("R", CultureInfo.InvariantCulture);
        if (HasTags(type))
            context.Response.Headers.ETag = $"\"{Tag(values)}\"";
    }

    /// <summary>Null when the row meets the conditions.</summary>
    public SaveError? Judge(ObjectType type, object?[] values)
    {
        var changed = LastChange(type, values);
        if (IfMatch is not null && !Matches(IfMatch, values))
            return Unmet(Failed, "If-Match");
        if (UnmodifiedSince is { } before && changed > before)
            return Unmet(Failed, "If-Unmodified-Since");
        if (IfNoneMatch is not null && Matches(IfNoneMatch, values))
            return Unmet(IsWrite ? Failed : NotModified, "If-None-Match");
        return ModifiedSince is { } since && IfNoneMatch is null && changed <= since ? Unmet(NotModified, "If-Modified-Since") : null;
    }

    private static bool HasTags(ObjectType type) => type.Name.Equals("Account", StringComparison.Ordinal);

    private static DateTime? LastChange(ObjectType type, object?[] values)
    {
        var ordinal = type.OrdinalOf("LastModifiedDate");
        return (ordinal >= 0 ? values[ordinal] : type.SystemModstampOrdinal >= 0 ? values[type.SystemModstampOrdinal] : null) as DateTime?;
    }

    private static string Tag(object?[] values)
    {
        var text = new StringBuilder();
        foreach (var value in values)
            text.Append(CultureInfo.InvariantCulture, $"{value}\u001f");
        return Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, TagBytes));
    }

    private static bool Matches(string header, object?[] values)
    {
        if (header == "*")
            return true;
        var own = Tag(values);
        return header.Split(',', StringSplitOptions.TrimEntries).Any(given =>
        {
            var tag = (given.StartsWith("W/", StringComparison.Ordinal) ? given[2..] : given).Trim('"');
            var suffix = Array.Find(CompressedSuffixes, one => tag.EndsWith(one, StringComparison.Ordinal)) ?? "";
            return string.Equals(tag[..^suffix.Length], own, StringComparison.Ordinal);
        });
    }

    private static string? Text(string header) => header.Length == 0 ? null : header.Trim();

    private static DateTime? Moment(string name, string header, bool isWrite)
    {
        if (header.Length == 0)
            return null;
        if (DateTimeOffset.TryParseExact(header, "R", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment))
            return moment.UtcDateTime;
        return isWrite ? throw new ApiException(400, "INVALID_HEADER_VALUE",
            $"The header {name} is no date such as Tue, 31 Mar 2026 10:00:00 GMT") : null;
    }

    private static SaveError Unmet(string code, string header) =>
        new() { StatusCode = code, Message = $"The record does not meet the condition of the header {header}" };
}
