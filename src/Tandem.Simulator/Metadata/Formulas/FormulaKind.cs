namespace Tandem.Simulator.Metadata.Formulas;

/// <summary>What a formula or a part of it gives; the parser refuses parts that do not fit together.</summary>
internal enum FormulaKind
{
    /// <summary>The literal NULL, which fits everywhere.</summary>
    Blank,

    /// <summary>string; blank text and no text are the same.</summary>
    Text,

    /// <summary>decimal.</summary>
    Number,

    /// <summary>bool, never null.</summary>
    Boolean,

    /// <summary>DateOnly.</summary>
    Date,

    /// <summary>DateTime of kind UTC.</summary>
    DateTime,

    /// <summary>TimeOnly.</summary>
    Time,
}
