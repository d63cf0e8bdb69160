using System.Text.RegularExpressions;
using Tandem.Sync.Catalog;

namespace Tandem.Server.Api.V1;

/// <summary>Gathers what is wrong with a request, so that a person is told all of it at once.</summary>
internal sealed partial class Problems
{
    /// <summary>The place of what is said of the whole.</summary>
    public const string Whole = "$";

    private const int LongestPath = 200;

    private readonly SortedDictionary<string, List<string>> _byPath = new(StringComparer.Ordinal);

    public bool AreNone => _byPath.Count == 0;

    public IReadOnlyDictionary<string, IReadOnlyList<string>> ByPath =>
        _byPath.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<string>)pair.Value, StringComparer.Ordinal);

    public bool Has(string path) => _byPath.ContainsKey(path);

    public void Add(string path, string sentence)
    {
        var place = path.Length <= LongestPath ? path : path[..LongestPath] + "…";
        if (!_byPath.TryGetValue(place, out var sentences))
            _byPath.Add(place, sentences = []);
        sentences.Add(sentence);
    }

    /// <summary>Adds sentences that begin with the place that they are about, as those of a mapping file do, and others.</summary>
    /// <param name="within">A place that is left out, for the asker did not write it.</param>
    public Problems AddAll(IEnumerable<string> sentences, string within = "")
    {
        foreach (var sentence in sentences)
        {
            var match = Placed().Match(sentence);
            if (!match.Success)
            {
                Add(Whole, sentence);
                continue;
            }

            var path = match.Groups["path"].Value;
            var isWithin = within.Length > 0 && path.StartsWith(within, StringComparison.Ordinal);
            Add(isWithin ? path[within.Length..] : path, match.Groups["rest"].Value);
        }

        return this;
    }

    /// <summary>Does what may be refused, and keeps the refusal.</summary>
    public void Try(string path, Action check)
    {
        try
        {
            check();
        }
        catch (ConfigurationException exception)
        {
            foreach (var sentence in exception.Problems)
                Add(path, sentence);
        }
    }

    /// <exception cref="ApiException">There are some.</exception>
    public void ThrowIfAny()
    {
        if (AreNone)
            return;
        var all = _byPath
            .SelectMany(pair => pair.Value.Select(sentence => pair.Key == Whole ? sentence : $"{pair.Key}: {sentence}"))
            .ToList();
        throw new ApiException(400, "badrequest", all.Count == 1 ? all[0] : $"{all.Count} things are wrong; errors names each.")
        {
            Errors = ByPath,
        };
    }

    /// <summary>A place has no spaces, which tells it from the beginning of a sentence.</summary>
    [GeneratedRegex(@"^(?<path>[\w$.\[\]*]+): (?<rest>.+)$", RegexOptions.ExplicitCapture | RegexOptions.Singleline, 1_000)]
    private static partial Regex Placed();
}
