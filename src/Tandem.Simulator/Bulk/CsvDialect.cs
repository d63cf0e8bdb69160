using System.Text.Json;
using Tandem.Simulator.Http;

namespace Tandem.Simulator.Bulk;

/// <summary>How a job's CSV is written: its delimiter and its line ending, by the names that the wire has for them. Read from the body that
/// makes a job.</summary>
internal sealed record CsvDialect
{
    /// <summary>The delimiter's name on the wire.</summary>
    public required string DelimiterName { get; init; }

    public required byte Delimiter { get; init; }

    public required bool EndsLinesWithCarriageReturn { get; init; }

    public string LineEndingName => EndsLinesWithCarriageReturn ? "CRLF" : "LF";

    public static CsvDialect Standard { get; } =
        new() { DelimiterName = "COMMA", Delimiter = (byte)',', EndsLinesWithCarriageReturn = false };

    public static CsvDialect Read(JsonElement body)
    {
        if ((JsonMember.Text(body, "contentType") ?? "CSV") is not "CSV")
            throw new ApiException(400, "INVALIDJOB", "InvalidJob : contentType of a Bulk API 2.0 job is CSV");
        var delimiter = JsonMember.Text(body, "columnDelimiter") ?? "COMMA";
        return new CsvDialect
        {
            DelimiterName = delimiter,
            Delimiter = delimiter switch
            {
                "BACKQUOTE" => (byte)'`',
                "CARET" => (byte)'^',
                "COMMA" => (byte)',',
                "PIPE" => (byte)'|',
                "SEMICOLON" => (byte)';',
                "TAB" => (byte)'\t',
                _ => throw new ApiException(400, "INVALIDJOB",
                    "InvalidJob : columnDelimiter is BACKQUOTE, CARET, COMMA, PIPE, SEMICOLON or TAB"),
            },
            EndsLinesWithCarriageReturn = (JsonMember.Text(body, "lineEnding") ?? "LF") switch
            {
                "LF" => false,
                "CRLF" => true,
                _ => throw new ApiException(400, "INVALIDJOB", "InvalidJob : lineEnding is LF or CRLF"),
            },
        };
    }
}
