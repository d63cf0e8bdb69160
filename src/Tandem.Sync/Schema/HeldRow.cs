using System.Globalization;
using System.Runtime.InteropServices;
using Tandem.Postgres.Tables;

namespace Tandem.Sync.Schema;

/// <summary>
/// A record that was read and left out, because a value of it does not fit into its column. Made by <see cref="RowEncoder"/>.
/// </summary>
/// <param name="Characters">Of a text that is too long: its length.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct HeldRow(string ObjectName, string Sfid, MappedField Field, ValueFit Fit, int Characters)
{
    /// <summary>The column could hold the value if it were as wide as the org's field may be by now.</summary>
    public bool IsTooNarrow => Fit == ValueFit.TooLong || (Fit == ValueFit.OutOfRange && Field.Column.Type.Kind == ColumnKind.Numeric);

    /// <summary>For a person; without the value.</summary>
    public string Sentence => $"{ObjectName}.{Field.Description.Name}: " + Fit switch
    {
        ValueFit.WrongType => $"Salesforce sent a value that is no {Expected}.",
        ValueFit.OutOfRange => $"Salesforce sent a number that the column {Field.Column.Name} of type {Field.Column.Type.Sql} cannot hold.",
        ValueFit.TooLong => string.Create(
            CultureInfo.InvariantCulture,
            $"Salesforce sent a text of {Characters} characters; the column {Field.Column.Name} holds {Field.Column.Type.Length}."),
        ValueFit.HasNul => "the text has the character U+0000, which PostgreSQL cannot store; remove it in Salesforce.",
        ValueFit.NotUnicode => "the text is no valid Unicode (half of a surrogate pair, or a broken character); correct it in Salesforce.",
        _ => throw new InvalidOperationException($"A row is not held for a value that {Fit}."),
    };

    private string Expected => Field.Column.Type.Kind switch
    {
        ColumnKind.Boolean => "boolean",
        ColumnKind.Integer or ColumnKind.BigInt => "whole number",
        ColumnKind.Double or ColumnKind.Numeric => "number",
        ColumnKind.Date => "date",
        ColumnKind.Timestamp or ColumnKind.TimestampTz => "datetime",
        ColumnKind.Time => "time",
        _ => "text",
    };
}
