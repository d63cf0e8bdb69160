using System.Globalization;

namespace Tandem.Tests.Integration.ChaosPush;

/// <summary>An entry of the change log or of its archive.</summary>
internal sealed record LogEntry(string Table, int RecordId, string? Sfid, string Action, string State, string? Message)
{
    public static LogEntry Of(IReadOnlyDictionary<string, string?> row) => new(
        row["table_name"] ?? "",
        int.Parse(row["record_id"] ?? "0", CultureInfo.InvariantCulture),
        row["sfid"],
        row["action"] ?? "",
        row["state"] ?? "",
        row["sf_message"]);
}
