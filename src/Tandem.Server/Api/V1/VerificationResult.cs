using Tandem.Sync.Verify;

namespace Tandem.Server.Api.V1;

/// <summary>What a comparison of both sides came to.</summary>
/// <param name="Succeeded">All that was asked for was compared; the reports tell whether rows differ.</param>
/// <param name="Reports">One for each mapping that was compared.</param>
internal sealed record VerificationResult(bool Succeeded, string Sentence, IReadOnlyList<VerifyReport> Reports);
