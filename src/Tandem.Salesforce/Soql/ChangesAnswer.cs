using Tandem.Salesforce.Records;

namespace Tandem.Salesforce.Soql;

/// <summary>The answer to a <see cref="ChangesQuestion"/>: the first page of each query, and the delete log. Dispose it.</summary>
public sealed class ChangesAnswer : IDisposable
{
    /// <summary>The first page of the changed records; whoever takes it disposes it, and doing so again is harmless.</summary>
    public required QueryPage Changes { get; init; }

    /// <summary>The first page of the second query; null when none was asked.</summary>
    public QueryPage? Ids { get; init; }

    /// <summary>Null when it was not asked for, or when the log does not reach back so far.</summary>
    public DeletedRecords? Deleted { get; init; }

    /// <summary>The log was asked for a time that it no longer covers: only a comparison of ids tells what was deleted then.</summary>
    public bool IsLogTooShort { get; init; }

    public void Dispose()
    {
        Changes.Dispose();
        Ids?.Dispose();
    }
}
