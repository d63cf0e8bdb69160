namespace Tandem.Simulator.Soql;

/// <summary>What an item of the select list asks for.</summary>
internal enum SelectKind
{
    /// <summary>A field, of the object or of a parent.</summary>
    Field,

    /// <summary><c>COUNT()</c>: the number of rows as the answer's totalSize.</summary>
    CountRows,

    /// <summary><c>COUNT(field)</c>: the rows whose field is not null.</summary>
    Count,

    /// <summary><c>MIN(field)</c>.</summary>
    Min,

    /// <summary><c>MAX(field)</c>.</summary>
    Max,

    /// <summary><c>SUM(field)</c>.</summary>
    Sum,

    /// <summary><c>AVG(field)</c>.</summary>
    Average,

    /// <summary><c>FIELDS(ALL)</c>.</summary>
    AllFields,

    /// <summary><c>FIELDS(STANDARD)</c>.</summary>
    StandardFields,

    /// <summary><c>FIELDS(CUSTOM)</c>.</summary>
    CustomFields,
}
