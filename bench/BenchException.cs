namespace Tandem.Bench;

/// <summary>A benchmark could not be measured; the message is one sentence for the person who asked.</summary>
internal sealed class BenchException(string message) : Exception(message);
