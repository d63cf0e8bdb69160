namespace Tandem.Sync.Verify;

/// <summary>What a run of verify is to do.</summary>
/// <param name="Repairs">What differs is put right.</param>
/// <param name="TakesShare">The values of the next share of rows are compared besides.</param>
public sealed record VerifyRequest(VerifyLevel Level, bool Repairs, bool TakesShare = false);
