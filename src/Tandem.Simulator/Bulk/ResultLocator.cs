using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Tandem.Simulator.Bulk;

/// <summary>
/// The opaque name of a place in a job's result. It stands for a row's number, so it is the same each time and can be read again after a
/// crash of the reader. Source: salesforce-api.md, section 3.2.
/// </summary>
internal static class ResultLocator
{
    public static string For(int row) => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(row.ToString(CultureInfo.InvariantCulture)));

    /// <summary>The row that a locator of this class names; null for any other text.</summary>
    public static int? Read(string locator) =>
        Base64Url.IsValid(locator)
        && int.TryParse(
            Encoding.ASCII.GetString(Base64Url.DecodeFromChars(locator)), NumberStyles.None, CultureInfo.InvariantCulture, out var row)
            ? row
            : null;
}
