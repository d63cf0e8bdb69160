using System.Globalization;
using Tandem.Sync.Catalog;

namespace Tandem.Bench;

/// <summary>An org of many small objects that are all alike, as the simulator reads it.</summary>
internal static class ObjectsFile
{
    public static Mapping MappingOf(int number) => new()
    {
        ObjectName = NameOf(number), Access = MappingAccess.ReadWrite, Fields = ["Name", "Note__c"],
    };

    /// <returns>The file's path.</returns>
    public static async Task<string> WriteAsync(string folder, int objects, int rowsOfEach, CancellationToken cancellationToken)
    {
        var path = Path.Combine(folder, "metadata.json");
        const string fields = """[{ "name": "Note__c", "type": "string", "length": 80 }]""";
        var texts = Enumerable.Range(0, objects).Select(number => string.Create(
            CultureInfo.InvariantCulture,
            $$"""{ "name": "{{NameOf(number)}}", "label": "Idle", "rows": {{rowsOfEach}}, "fields": {{fields}} }"""));
        await File.WriteAllTextAsync(path, $$"""{ "objects": [{{string.Join(',', texts)}}] }""", cancellationToken);
        return path;
    }

    private static string NameOf(int number) => string.Create(CultureInfo.InvariantCulture, $"Idle{number}__c");
}
