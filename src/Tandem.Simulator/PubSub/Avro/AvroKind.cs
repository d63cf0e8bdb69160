namespace Tandem.Simulator.PubSub.Avro;

/// <summary>How a field's value travels in an event. Source: salesforce-api.md, section 6.5.</summary>
internal enum AvroKind
{
    /// <summary>A string.</summary>
    Text,

    Boolean,

    Int,

    Long,

    /// <summary>A double of a decimal value.</summary>
    Double,

    /// <summary>A long: milliseconds since 1970.</summary>
    DateTime,

    /// <summary>A long: milliseconds since 1970 at the day's start in UTC.</summary>
    Date,

    /// <summary>A long: milliseconds since midnight.</summary>
    Time,

    /// <summary>A record of the compound's parts.</summary>
    Compound,
}
