using Xunit;

namespace Tandem.Tests.Integration;

/// <summary>Tests that run when all others have ended, for what is measured of the whole process.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
