using Microsoft.Extensions.Logging;
using Tandem.Postgres.ChangeLog;
using Tandem.Sync.Running;

namespace Tandem.Sync.Push;

/// <summary>What the classes of a push share for as long as it runs.</summary>
internal sealed record PushParts
{
    public required LiveMappings Mappings { get; init; }

    public required ChangeLog ChangeLog { get; init; }

    public required RecordWriter Writer { get; init; }

    public required SyncOptions Options { get; init; }

    public required TimeProvider TimeProvider { get; init; }

    public required ILogger Logger { get; init; }
}
