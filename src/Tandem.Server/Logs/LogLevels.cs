using Microsoft.Extensions.Logging;

namespace Tandem.Server.Logs;

/// <summary>The words for how much an entry matters, in options, addresses and lines.</summary>
public static class LogLevels
{
    /// <summary>From the least to the most that matters.</summary>
    public static IReadOnlyList<string> Words { get; } = ["trace", "debug", "info", "warning", "error", "critical"];

    public static string WordOf(LogLevel level) => Words[(int)level];

    /// <returns>Null when it is none of <see cref="Words"/>.</returns>
    public static LogLevel? Find(string word)
    {
        var places = Words.Select((name, place) => (name, place)).Where(pair => pair.name == word).Select(pair => pair.place).ToList();
        return places is [var place] ? (LogLevel)place : null;
    }
}
