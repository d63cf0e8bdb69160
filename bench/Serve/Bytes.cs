using System.Globalization;

namespace Tandem.Bench.Serve;

/// <summary>Exchanges of bytes that nobody looks at.</summary>
internal static class Bytes
{
    private const int BufferBytes = 256 * 1024;

    /// <summary>Reads a stream to its end.</summary>
    /// <returns>How many bytes it had.</returns>
    public static async Task<long> DropAsync(Stream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferBytes];
        var total = 0L;
        while (await stream.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            total += read;
        return total;
    }

    /// <summary>Gets so many bytes from the plain server.</summary>
    public static async Task GetPlainAsync(HttpClient plain, long bytes, CancellationToken cancellationToken)
    {
        await using var stream = await plain.GetStreamAsync(PlainPath(bytes), cancellationToken);
        var read = await DropAsync(stream, cancellationToken);
        if (read != bytes)
            throw new BenchException($"The plain server sent {read} bytes, expected {bytes}.");
    }

    public static Uri PlainPath(long bytes) => new(string.Create(CultureInfo.InvariantCulture, $"/?bytes={bytes}"), UriKind.Relative);
}
