using Tandem.Server.Hosting;
using Tandem.Sync.Adopt;
using Tandem.Sync.Verify;

namespace Tandem.Server.Adopt;

/// <summary>What a person gives to take a schema over.</summary>
public sealed record AdoptOptions
{
    /// <summary>The two ends, as a server is started with. Its mappings count only when <see cref="HasMappings"/>.</summary>
    public required SyncHostOptions Host { get; init; }

    /// <summary>A mapping file was given; else the tables tell the mappings.</summary>
    public required bool HasMappings { get; init; }

    /// <summary>Makes the plan and changes nothing.</summary>
    public required bool IsDryRun { get; init; }

    /// <summary>The person says that Heroku Connect is paused.</summary>
    public required bool IsPauseConfirmed { get; init; }

    /// <summary>How closely both sides are compared afterwards; null not at all.</summary>
    public required VerifyLevel? Verify { get; init; }

    public AdoptionOptions Adoption { get; init; } = new();
}
