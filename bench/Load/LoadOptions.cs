namespace Tandem.Bench.Load;

/// <summary>How large the load is and how often it is measured.</summary>
internal sealed record LoadOptions
{
    public required int Rows { get; init; }

    public required int Runs { get; init; }
}
