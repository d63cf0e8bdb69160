using Microsoft.Extensions.Logging;

namespace Tandem.Server.Logs;

/// <summary>One entry of a connection's log in memory, written already, with what it may be chosen by.</summary>
/// <param name="Number">Counts the connection's entries since the program's start, from 1.</param>
/// <param name="Json">As <see cref="LogJson"/> writes it.</param>
internal sealed record KeptLine(long Number, LogLevel Level, string? ObjectName, byte[] Json);
