namespace Tandem.Simulator.Metadata.Formulas;

/// <summary>
/// What a formula is evaluated over: a record's values, those before the save, the way to its parents and the time. Saves make one for
/// each record, for formula fields as for validation rules.
/// </summary>
internal sealed class FormulaRow
{
    public required object?[] Values { get; init; }

    /// <summary>The values before the save; null for a new record, and where nothing is being saved.</summary>
    public object?[]? Before { get; init; }

    /// <summary>The values of the record with this 18-character id; null when there is none.</summary>
    public required Func<string, object?[]?> Parent { get; init; }

    /// <summary>The moment of the evaluation, in UTC.</summary>
    public required DateTime Now { get; init; }

    /// <summary>The same record as it was before the save; itself when it is new.</summary>
    public FormulaRow Prior => Before is null ? this : new FormulaRow { Values = Before, Parent = Parent, Now = Now };

    public static FormulaRow Of(object?[] values, DateTime now) => new() { Values = values, Parent = _ => null, Now = now };
}
