namespace Tandem.Simulator.Control;

/// <summary>What a schema edit does; the definition that it needs is written as in a metadata file.</summary>
public enum SchemaOperation
{
    /// <summary>Makes an object of the definition.</summary>
    AddObject,

    /// <summary>Takes an object and its records away; no other object may refer to it.</summary>
    RemoveObject,

    /// <summary>Adds the field of the definition; records that are there have no value in it.</summary>
    AddField,

    /// <summary>Changes the members that the definition names: name, type, length, values and the like. Values are converted.</summary>
    ChangeField,

    /// <summary>Takes a field and its values away, a compound with its parts.</summary>
    RemoveField,
}
