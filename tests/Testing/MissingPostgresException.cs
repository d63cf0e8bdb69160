namespace Tandem.Testing;

/// <summary>
/// Ends a test that needs a Postgres where there is none: skipped at a desk, failed on CI.
/// xunit.v3 reads the first characters of the message as "skip this test".
/// </summary>
public sealed class MissingPostgresException(string reason, bool isOnCi) : Exception(isOnCi ? reason : SkipMark + reason)
{
    private const string SkipMark = "$XunitDynamicSkip$";
}
