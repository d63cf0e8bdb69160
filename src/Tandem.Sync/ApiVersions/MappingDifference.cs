namespace Tandem.Sync.ApiVersions;

/// <summary>What one mapping meets when its connection changes to another version of the API.</summary>
public sealed record MappingDifference
{
    public required string ObjectName { get; init; }

    public IReadOnlyList<FieldDifference> Fields { get; init; } = [];

    /// <summary>A sentence, when the object is not to be had at the target.</summary>
    public string? Missing { get; init; }

    /// <summary>A sentence, when the two versions could not be compared.</summary>
    public string? Undetermined { get; init; }

    public bool HasChanged => Fields.Count > 0 || Missing is not null;

    /// <summary>A person should act. Source: heroku-connect.md, section 12.9.</summary>
    public bool IsUnsafe => Missing is not null || Fields.Any(difference => !difference.IsSafe);

    /// <summary>Everything that differs, in one line for a person.</summary>
    public string Message => Undetermined ?? Missing ?? (Fields.Count == 0 ? "Nothing differs." : $"{string.Join("; ", Fields)}.");
}
