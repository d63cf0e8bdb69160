namespace Tandem.Server.EmbeddedPostgres;

/// <summary>How one of PostgreSQL's own programs ended, and what it printed; made by <see cref="ToolRun"/>.</summary>
internal sealed record ToolResult
{
    public required int ExitCode { get; init; }

    public required string Output { get; init; }

    public bool IsSuccess => ExitCode == 0;
}
