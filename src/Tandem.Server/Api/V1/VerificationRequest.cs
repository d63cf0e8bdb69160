using Tandem.Sync.Verify;

namespace Tandem.Server.Api.V1;

/// <summary>What is to be compared, and how closely.</summary>
internal sealed record VerificationRequest
{
    /// <summary>The API name of one mapped object; all without it.</summary>
    public string? ObjectName { get; init; }

    /// <summary>What differs is read again from the org and put right; not without it.</summary>
    public bool? Repair { get; init; }

    /// <summary>Stamps without it.</summary>
    public VerifyLevel? Level { get; init; }
}
