using System.Text;
using Microsoft.AspNetCore.Http;

namespace Tandem.Simulator.Http;

/// <summary>Makes one address of the spellings that clients use: doubled slashes and a slash at the end mean nothing.</summary>
internal static class CleanPath
{
    public static PathString Of(PathString path)
    {
        var text = path.Value ?? "/";
        if (!text.Contains("//", StringComparison.Ordinal) && (text.Length == 1 || !text.EndsWith('/')))
            return path;
        var cleaned = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            if (letter != '/' || cleaned.Length == 0 || cleaned[^1] != '/')
                cleaned.Append(letter);
        }

        return new PathString(cleaned.Length > 1 ? cleaned.ToString().TrimEnd('/') : "/");
    }
}
