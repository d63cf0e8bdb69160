using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Json;
using Tandem.Simulator.Data;

namespace Tandem.Simulator.Control;

/// <summary>Writes the image of an org to a save file: beside it first, then into its place, so that a crash leaves the old file.</summary>
internal static class OrgFileWriter
{
    private const int FlushBytes = 64 * 1024;

    private static readonly byte[] LineEnd = "\n"u8.ToArray();
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task WriteAsync(OrgImage image, string path, CancellationToken cancellationToken)
    {
        var beside = $"{path}.{Guid.NewGuid():n}.new";
        try
        {
            await using (var file = new FileStream(beside, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                await using (var gzip = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true))
                    await WriteAsync(image, gzip, cancellationToken);
                file.Flush(flushToDisk: true);
            }

            File.Move(beside, path, overwrite: true);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }

    private static async Task WriteAsync(OrgImage image, Stream stream, CancellationToken cancellationToken)
    {
        await using var writer = new Utf8JsonWriter(stream, Options);
        await WriteLineAsync(stream, writer, new OrgFile.Header
        {
            Format = OrgFile.Format,
            Version = OrgFile.Version,
            SavedAt = image.TakenAt,
            Journal = image.Journal,
            Access = image.Access.ToDictionary(pair => pair.Key, pair => AccessLists.Of(pair.Value), StringComparer.Ordinal),
        }, cancellationToken);
        foreach (var table in image.Tables)
        {
            await WriteLineAsync(stream, writer, new OrgFile.TableHeader
            {
                Object = table.Type.Name,
                Fields = [.. table.Type.Fields.Select(field => field.Name)],
                Rows = table.Rows.Count,
                LastNumber = table.LastNumber,
                DeleteLog = [.. table.DeleteLog.Select(entry => new OrgFile.DeletedLine(entry.Id, entry.DeletedDate))],
                DeletedWith = table.DeletedWith,
                EmptiedBy = table.EmptiedBy.ToDictionary(pair => pair.Key, pair => Lines(pair.Value), StringComparer.Ordinal),
            }, cancellationToken);
            await WriteRowsAsync(stream, writer, table, cancellationToken);
        }

        await WriteLineAsync(stream, writer, new OrgFile.TableHeader { Object = null }, cancellationToken);
    }

    private static IReadOnlyList<OrgFile.EmptiedLine> Lines(List<(ObjectTable Child, string Id, int Ordinal)> references) =>
        [.. references.Select(reference => new OrgFile.EmptiedLine(reference.Child.Type.Name, reference.Id,
            reference.Child.Type.Fields[reference.Ordinal].Name))];

    private static async Task WriteRowsAsync(Stream stream, Utf8JsonWriter writer, TableImage table, CancellationToken cancellationToken)
    {
        using var lines = new MemoryStream();
        foreach (var values in table.Rows)
        {
            writer.Reset(lines);
            writer.WriteStartArray();
            foreach (var value in values)
                ValueText.WriteJson(writer, value);
            writer.WriteEndArray();
            writer.Flush();
            lines.Write(LineEnd);
            if (lines.Length < FlushBytes)
                continue;
            await stream.WriteAsync(lines.GetBuffer().AsMemory(0, (int)lines.Length), cancellationToken);
            lines.SetLength(0);
        }

        await stream.WriteAsync(lines.GetBuffer().AsMemory(0, (int)lines.Length), cancellationToken);
    }

    private static async Task WriteLineAsync<T>(Stream stream, Utf8JsonWriter writer, T line, CancellationToken cancellationToken)
    {
        writer.Reset(stream);
        JsonSerializer.Serialize(writer, line, ControlJson.Lines);
        await writer.FlushAsync(cancellationToken);
        await stream.WriteAsync(LineEnd, cancellationToken);
    }
}
