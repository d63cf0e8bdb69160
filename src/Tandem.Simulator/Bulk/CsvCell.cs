namespace Tandem.Simulator.Bulk;

/// <summary>How a column's values are written; decided once per column from the field's type.</summary>
internal enum CsvCell
{
    /// <summary>Text that may hold quotes and any characters.</summary>
    Text,

    /// <summary>Ids: ASCII letters and digits only.</summary>
    Id,

    /// <summary>Text of which only the end is shown.</summary>
    Masked,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Boolean,

    /// <summary>int and long.</summary>
    Whole,

    /// <summary>decimal.</summary>
    Fraction,

    /// <summary>DateOnly.</summary>
    Date,

    /// <summary>DateTime.</summary>
    Moment,

    /// <summary>TimeOnly.</summary>
    Time,
}
