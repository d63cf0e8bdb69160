using System.IO.Compression;
using System.Text.Json;
using Tandem.Simulator.Data;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Control;

/// <summary>Reads a save file into an org that has its metadata and no records yet.</summary>
internal sealed class OrgFileReader(Org org, SchemaEditor schema, string path)
{
    /// <exception cref="OrgFileException">The file is not a whole save file, or not one of this org.</exception>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var file = File.OpenRead(path);
            await using var gzip = new GZipStream(file, CompressionMode.Decompress);
            using var lines = new StreamReader(gzip);
            await ReadAsync(lines, cancellationToken);
        }
        catch (Exception exception) when (exception is InvalidDataException or JsonException)
        {
            throw new OrgFileException(path, "it is damaged, or something else than a save file.", exception);
        }
        catch (Exception exception) when (exception is FormatException or MetadataException or ControlException)
        {
            throw new OrgFileException(path, exception.Message, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new OrgFileException(path, exception.Message, exception);
        }
    }

    private async Task ReadAsync(StreamReader lines, CancellationToken cancellationToken)
    {
        var header = Line<OrgFile.Header>(await NextAsync(lines, cancellationToken));
        if (header.Format != OrgFile.Format || header.Version is < 1 or > OrgFile.Version)
            throw new FormatException($"expected the format {OrgFile.Format} up to version {OrgFile.Version}, "
                + $"found {header.Format} version {header.Version}.");
        foreach (var edit in header.Journal)
            schema.Apply(edit);
        var tables = new List<ObjectTable>();
        while (Line<OrgFile.TableHeader>(await NextAsync(lines, cancellationToken)) is { Object: { } name } table)
            tables.Add(await ReadTableAsync(lines, name, table, cancellationToken));
        org.Reshape(tables, []);
        org.Recompute();
        foreach (var (user, access) in header.Access)
            org.SetAccess(user, access.ToAccess());
    }

    private async Task<ObjectTable> ReadTableAsync(StreamReader lines, string name, OrgFile.TableHeader header,
        CancellationToken cancellationToken)
    {
        var type = org.FindTable(name)?.Type
            ?? throw new FormatException($"it has the object {name}, which the org's metadata has not.");
        var ordinals = header.Fields.Select(field => type.OrdinalOf(field) is >= 0 and var ordinal ? ordinal
            : throw new FormatException($"it has the field {name}.{field}, which the org's metadata has not.")).ToArray();
        var empty = type.Fields.Select(field => field.Type == FieldType.Boolean ? field.DefaultValue ?? false : null).ToArray();
        var rows = new List<object?[]>(header.Rows);
        for (var number = 0; number < header.Rows; number++)
        {
            using var line = JsonDocument.Parse(await NextAsync(lines, cancellationToken));
            if (line.RootElement.ValueKind != JsonValueKind.Array || line.RootElement.GetArrayLength() != ordinals.Length)
                throw new FormatException($"a record of {name} has not the {ordinals.Length} values of its fields.");
            var values = (object?[])empty.Clone();
            var at = 0;
            foreach (var value in line.RootElement.EnumerateArray())
            {
                var ordinal = ordinals[at++];
                values[ordinal] = StoredValue.Read(type.Fields[ordinal].Type, value);
            }

            rows.Add(values);
        }

        return new TableImage
        {
            Type = type,
            Rows = rows,
            DeleteLog = [.. header.DeleteLog.Select(entry => new DeletedEntry(entry.Id, entry.DeletedDate))],
            DeletedWith = header.DeletedWith,
            EmptiedBy = header.EmptiedBy.ToDictionary(pair => pair.Key, pair => pair.Value.Select(Reference).ToList(),
                StringComparer.Ordinal),
            LastNumber = header.LastNumber,
        }.ToTable();
    }

    private (ObjectTable Child, string Id, int Ordinal) Reference(OrgFile.EmptiedLine line) =>
        org.FindTable(line.Object) is { } child && child.Type.OrdinalOf(line.Field) is >= 0 and var ordinal ? (child, line.Id, ordinal)
            : throw new FormatException($"it has the field {line.Object}.{line.Field}, which the org's metadata has not.");

    private static T Line<T>(string line) =>
        JsonSerializer.Deserialize<T>(line, ControlJson.Lines) ?? throw new FormatException("a line is empty.");

    private static async Task<string> NextAsync(StreamReader lines, CancellationToken cancellationToken) =>
        await lines.ReadLineAsync(cancellationToken) ?? throw new FormatException("it ends too early.");
}
