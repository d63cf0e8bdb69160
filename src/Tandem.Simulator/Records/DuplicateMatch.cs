using System.Text.Json;
using Tandem.Simulator.Data;
using Tandem.Simulator.Http;
using Tandem.Simulator.Metadata;
using Tandem.Simulator.Query;
using Tandem.Simulator.Soql;

namespace Tandem.Simulator.Records;

/// <summary>The records that a duplicate rule found alike, as the error of a single-row save shows them. Source: salesforce-api.md,
/// section 2.10.</summary>
internal sealed record DuplicateMatch
{
    public required ObjectType Type { get; init; }

    public required DuplicateRule Rule { get; init; }

    /// <summary>The values of the records alike.</summary>
    public required IReadOnlyList<object?[]> Records { get; init; }

    /// <summary>Shows the records with all their fields instead of their ids alone.</summary>
    public required bool HasDetails { get; init; }

    /// <summary>Writes the member under the name that it has on the wire, which lacks a letter.</summary>
    public void Write(Utf8JsonWriter writer, string root)
    {
        writer.WriteStartObject("duplicateResut");
        writer.WriteBoolean("allowSave", Rule.AllowsSave);
        writer.WriteString("duplicateRule", Rule.Name);
        writer.WriteString("duplicateRuleEntityType", Type.Name);
        writer.WriteString("errorMessage", DuplicateCheck.Message);
        writer.WriteStartArray("matchResults");
        writer.WriteStartObject();
        writer.WriteString("entityType", Type.Name);
        JsonAnswer.WriteTexts(writer, "errors", []);
        writer.WriteString("matchEngine", "ExactMatchEngine");
        writer.WriteStartArray("matchRecords");
        var shape = RecordShape.Of(Type, HasDetails ? null : [0]);
        foreach (var values in Records)
        {
            writer.WriteStartObject();
            JsonAnswer.WriteTexts(writer, "additionalInformation", []);
            JsonAnswer.WriteTexts(writer, "fieldDiffs", []);
            writer.WritePropertyName("matchConfidence");
            ValueText.WriteJson(writer, 100m);
            writer.WritePropertyName("record");
            RecordJson.Write(writer, shape, new QueryRow(values, null), root);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("rule", Rule.Name);
        writer.WriteNumber("size", Records.Count);
        writer.WriteBoolean("success", true);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
