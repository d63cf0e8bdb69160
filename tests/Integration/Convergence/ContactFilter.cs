using Tandem.Simulator.Data;

namespace Tandem.Tests.Integration.Convergence;

/// <summary>Which contacts a mapping takes: as the mapping says it, and once more in words that share nothing with any query.</summary>
/// <param name="Soql">Null takes all.</param>
/// <param name="Takes">The same, asked of a record in the org's memory.</param>
/// <param name="TakesRow">The same, asked of a row as the app left it.</param>
internal sealed record ContactFilter(string? Soql, Func<Record, bool> Takes, string TakesRow)
{
    /// <summary>People and the app change both fields, so records leave and enter by hands on both sides.</summary>
    private static readonly ContactFilter[] Choices =
    [
        new(null, _ => true, "true"),
        new("DoNotCall = false", record => !MayNotCall(record), "not coalesce(donotcall, false)"),
        new("Title = null OR DoNotCall = true", record => HasNoTitle(record) || MayNotCall(record), "(title is null or donotcall)"),
    ];

    public static ContactFilter Choose(int choice) => Choices[choice % Choices.Length];

    private static bool MayNotCall(Record record) => record[record.Type.OrdinalOf("DoNotCall")] is true;

    private static bool HasNoTitle(Record record) => record[record.Type.OrdinalOf("Title")] is null;
}
