using Tandem.Postgres.Health;
using Tandem.Salesforce.Describe;
using Tandem.Sync.Catalog;
using Tandem.Sync.Running;
using Tandem.Sync.Schema;

namespace Tandem.Sync.Diagnose;

/// <summary>What the rules about a mapping look at: one model of it, kept for the whole diagnosis.</summary>
internal sealed record MappingSubject
{
    public required LiveMapping Live { get; init; }

    public required MappedObject Mapped { get; init; }

    public required DiagnosisFacts Facts { get; init; }

    public required TimeProvider TimeProvider { get; init; }

    public string Name => Mapped.Name;

    public string TableName => Mapped.Table.Name;

    public SObjectDescription Description => Mapped.Description;

    public bool IsWritten => Live.Asked.Access == MappingAccess.ReadWrite;

    /// <summary>Null when the database has no such table.</summary>
    public async Task<TableHealth?> TableAsync(CancellationToken cancellationToken) =>
        (await Facts.TablesAsync(cancellationToken)).GetValueOrDefault(TableName);
}
