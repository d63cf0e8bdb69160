using System.Globalization;
using System.Text;

namespace Tandem.Server.Api;

/// <summary>Writes metrics in Prometheus' text format: all samples of a metric behind its one heading.</summary>
internal sealed class MetricsText
{
    private readonly StringBuilder _text = new();

    /// <param name="type">gauge or counter.</param>
    public MetricsText Metric(
        string name, string type, string help, IEnumerable<(double Value, (string Name, string? Value)[] Labels)> samples)
    {
        _text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {help}\n# TYPE {name} {type}\n");
        foreach (var (value, labels) in samples)
        {
            _text.Append(name);
            if (labels.Length > 0)
                _text.Append('{').AppendJoin(',', labels.Select(label => $"{label.Name}=\"{Escape(label.Value ?? "")}\"")).Append('}');
            _text.Append(CultureInfo.InvariantCulture, $" {value:R}\n");
        }

        return this;
    }

    public override string ToString() => _text.ToString();

    private static string Escape(string text) => text
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);
}
