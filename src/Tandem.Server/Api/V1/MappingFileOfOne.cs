using System.Text.Json.Nodes;
using Tandem.Sync.Catalog;
using Tandem.Sync.Catalog.Files;

namespace Tandem.Server.Api.V1;

/// <summary>
/// The mapping file by which one mapping is changed: what is stored of the connection and of this mapping, with what was asked over it. So
/// a change goes the way of every import and is checked as one, and what Tandem does not know in the file stays.
/// </summary>
internal static class MappingFileOfOne
{
    /// <summary>Where the mapping's options stand in the file.</summary>
    public const string Place = "mappings[0].config.";

    /// <param name="asked">By the names of a mapping file; null takes an option out.</param>
    public static string Write(Connection connection, Mapping mapping, JsonObject asked, DateTimeOffset now)
    {
        var file = MappingFileWriter.Write(connection, [mapping], now);
        var config = file["mappings"]?[0]?["config"]?.AsObject()
            ?? throw new InvalidOperationException($"{mapping.ObjectName} was written without its options.");
        foreach (var (name, value) in asked)
        {
            if (value is null)
                config.Remove(name);
            else
                config[name] = value.DeepClone();
        }

        return file.ToJsonString();
    }
}
