using System.Text.Json;
using Tandem.Salesforce.Http;

namespace Tandem.Salesforce.Records;

/// <summary>Reads the answer of a Collections write: one item for each row, in the order of the rows.</summary>
internal static class WriteResultReader
{
    public static IReadOnlyList<WriteResult> Read(JsonElement root, int expectedCount, bool isCreate)
    {
        if (root.ValueKind != JsonValueKind.Array || root.GetArrayLength() != expectedCount)
            throw new JsonException("The answer does not hold one result for each row.");
        var results = new WriteResult[expectedCount];
        var index = 0;
        foreach (var item in root.EnumerateArray())
            results[index++] = ReadOne(item, isCreate);
        return results;
    }

    private static WriteResult ReadOne(JsonElement item, bool isCreate)
    {
        if (item.Flag("success"))
            return WriteResult.Saved(item.RequiredId("id"), isCreate || item.Flag("created"));
        var errors = item.RequiredArray("errors");
        if (errors.GetArrayLength() == 0)
            throw new JsonException("A row is neither saved nor has it an error.");
        var error = errors[0];
        return WriteResult.Rejected(error.RequiredText("statusCode"), error.Text("message") ?? "", error.Texts("fields"));
    }
}
