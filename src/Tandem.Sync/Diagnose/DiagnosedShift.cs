using Npgsql;
using Tandem.Salesforce;
using Tandem.Sync.Catalog;
using Tandem.Sync.Running;

namespace Tandem.Sync.Diagnose;

/// <summary>What a running shift has, as a diagnosis looks at it; nothing of it is changed.</summary>
public sealed record DiagnosedShift
{
    public required Connection Connection { get; init; }

    public required LiveMappings Mappings { get; init; }

    public required SalesforceClient Salesforce { get; init; }

    public required NpgsqlDataSource DataSource { get; init; }
}
