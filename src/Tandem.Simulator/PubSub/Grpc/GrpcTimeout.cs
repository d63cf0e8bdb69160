using System.Globalization;

namespace Tandem.Simulator.PubSub.Grpc;

/// <summary>The deadline that a client sends with a call: up to eight digits and a unit.</summary>
internal static class GrpcTimeout
{
    private const int MostDigits = 8;

    /// <summary>Null when there is no deadline.</summary>
    /// <exception cref="GrpcException">The text is no timeout.</exception>
    public static TimeSpan? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        if (text.Length is < 2 or > MostDigits + 1
            || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            throw Malformed();
        return text[^1] switch
        {
            'H' => TimeSpan.FromHours(Math.Min(count, 1_000_000)),
            'M' => TimeSpan.FromMinutes(count),
            'S' => TimeSpan.FromSeconds(count),
            'm' => TimeSpan.FromMilliseconds(count),
            'u' => TimeSpan.FromMicroseconds(count),
            'n' => TimeSpan.FromTicks(count / TimeSpan.NanosecondsPerTick),
            _ => throw Malformed(),
        };
    }

    private static GrpcException Malformed() =>
        new(GrpcStatus.Internal, "grpc-timeout is malformed: expected up to eight digits and one of H, M, S, m, u and n.");
}
