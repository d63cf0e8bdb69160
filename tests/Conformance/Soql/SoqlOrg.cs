using System.Net;
using System.Text.Json;
using Shouldly;

namespace Tandem.Tests.Conformance.Soql;

/// <summary>Short forms for the tests of queries: the values that a query shows, and how it is refused.</summary>
internal static class SoqlOrg
{
    /// <summary>The values of one member of all records in order, joined by commas; null as <c>null</c>.</summary>
    public static async Task<string> ValuesAsync(this TestOrg org, string soql, string member = "Name")
    {
        var answer = await org.QueryAsync(soql);
        return string.Join(',', answer.GetProperty("records").EnumerateArray().Select(record => Text(record.GetProperty(member))));
    }

    public static async Task<string> RefusalAsync(this TestOrg org, string soql, string code)
    {
        var error = await org.FailAsync(HttpMethod.Get, $"/query?q={Uri.EscapeDataString(soql)}", null, HttpStatusCode.BadRequest, code);
        return error.GetProperty("message").GetString().ShouldNotBeNull();
    }

    public static string Text(this JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.Number => value.GetDecimal().ToString("0.##", System.Globalization.CultureInfo.InvariantCulture),
        _ => value.ToString(),
    };
}
