namespace Tandem.Simulator.Soql;

/// <summary>What an item of the select list asks for.</summary>
internal enum SelectKind
{
    /// <summary>A field, of the object or of a parent, or a function.</summary>
    Value,

    /// <summary><c>COUNT()</c>: the number of rows as the answer's totalSize.</summary>
    CountRows,

    /// <summary><c>FIELDS(ALL)</c>.</summary>
    AllFields,

    /// <summary><c>FIELDS(STANDARD)</c>.</summary>
    StandardFields,

    /// <summary><c>FIELDS(CUSTOM)</c>.</summary>
    CustomFields,

    /// <summary><c>(SELECT .. FROM Contacts)</c>: the children of each row.</summary>
    Children,

    /// <summary><c>TYPEOF Owner WHEN User THEN .. END</c>: fields by the object that a polymorphic reference leads to.</summary>
    TypeOf,
}
