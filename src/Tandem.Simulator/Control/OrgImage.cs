using Tandem.Simulator.Data;

namespace Tandem.Simulator.Control;

/// <summary>The org's objects, records and access at one moment; snapshots and save files are made of it.</summary>
internal sealed record OrgImage
{
    public required DateTimeOffset TakenAt { get; init; }

    public required IReadOnlyList<TableImage> Tables { get; init; }

    /// <summary>The schema edits up to then.</summary>
    public required IReadOnlyList<SchemaEdit> Journal { get; init; }

    public required IReadOnlyDictionary<string, UserAccess> Access { get; init; }

    /// <summary>Takes the image between two transactions.</summary>
    public static async Task<OrgImage> TakeAsync(Org org, SchemaEditor schema, CancellationToken cancellationToken)
    {
        using (await org.Gate.EnterAsync(cancellationToken))
        {
            return new OrgImage
            {
                TakenAt = org.TimeProvider.GetUtcNow(),
                Tables = [.. org.Tables.OrderBy(table => table.Type.Name, StringComparer.Ordinal).Select(TableImage.Of)],
                Journal = schema.Journal,
                Access = org.Access.ToDictionary(StringComparer.Ordinal),
            };
        }
    }

    /// <summary>Makes the org what it was when the image was taken.</summary>
    public async Task RestoreAsync(Org org, SchemaEditor schema, CancellationToken cancellationToken)
    {
        using (await org.Gate.EnterAsync(cancellationToken))
        {
            var tables = Tables.Select(image => image.ToTable()).ToList();
            var names = tables.Select(table => table.Type.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
            org.Reshape(tables, [.. org.Tables.Where(table => !names.Contains(table.Type.Name))]);
            schema.ReplaceJournal(Journal);

            // Formulas of the day may have been true then.
            org.Recompute();
            foreach (var user in org.Access.Select(pair => pair.Key).Union(Access.Keys, StringComparer.Ordinal).ToList())
                org.SetAccess(user, Access.GetValueOrDefault(user, UserAccess.Full));
        }
    }
}
