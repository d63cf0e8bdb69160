using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Events;

/// <summary>Replaces long texts of an update by what changed in them: a unified diff of one hunk, headed by the SHA-256 of both texts.
/// The feed uses it when the settings ask for it. Source: salesforce-api.md, section 6.7.</summary>
internal static class TextDiff
{
    private const int ContextLines = 3;

    public static ChangeEvent Apply(ChangeEvent change, object?[]? before, int fromLength)
    {
        if (change.ChangeType != ChangeTypes.Update || before is null || change.Values is not { } values)
            return change;
        int[] diffed = [.. change.Changed.Where(ordinal => change.Type.Fields[ordinal].Type == FieldType.TextArea
            && before[ordinal] is string && values[ordinal] is string text && text.Length >= fromLength)];
        if (diffed.Length == 0)
            return change;
        var copy = (object?[])values.Clone();
        foreach (var ordinal in diffed)
        {
            if (before[ordinal] is string old && values[ordinal] is string text)
                copy[ordinal] = Of(old, text);
        }

        return change with { Values = copy, Diffed = diffed };
    }

    internal static string Of(string before, string after)
    {
        var (old, now) = (before.Split('\n'), after.Split('\n'));
        var head = 0;
        while (head < Math.Min(old.Length, now.Length) && string.Equals(old[head], now[head], StringComparison.Ordinal))
            head++;
        var tail = 0;
        while (tail < Math.Min(old.Length, now.Length) - head && string.Equals(old[^(tail + 1)], now[^(tail + 1)], StringComparison.Ordinal))
            tail++;
        var start = Math.Max(0, head - ContextLines);
        var shownTail = Math.Min(tail, ContextLines);
        var diff = new StringBuilder();
        diff.Append("--- SHA-256:").Append(Hash(before)).Append("\n+++ SHA-256:").Append(Hash(after)).Append('\n');
        diff.Append(CultureInfo.InvariantCulture,
            $"@@ -{start + 1},{old.Length - tail + shownTail - start} +{start + 1},{now.Length - tail + shownTail - start} @@");
        Lines(' ', old[start..head]);
        Lines('-', old[head..(old.Length - tail)]);
        Lines('+', now[head..(now.Length - tail)]);
        Lines(' ', now[(now.Length - tail)..(now.Length - tail + shownTail)]);
        return diff.ToString();

        void Lines(char sign, string[] lines)
        {
            foreach (var line in lines)
                diff.Append('\n').Append(sign).Append(line);
        }
    }

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
