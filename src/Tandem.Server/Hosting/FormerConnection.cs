using Tandem.Sync.Catalog;

namespace Tandem.Server.Hosting;

/// <summary>
/// A connection with its mappings as the database of its tables has stored them by itself; <see cref="FormerCatalog"/> reads it.
/// </summary>
internal sealed record FormerConnection(Connection Connection, IReadOnlyList<Mapping> Mappings)
{
    /// <summary>Another connection, with the settings that belong to the tables.</summary>
    /// <exception cref="ConfigurationException">The tables hold another org's records.</exception>
    public Connection PassTo(Connection next)
    {
        if (next.OrganizationId is { } org && Connection.OrganizationId is { } former && org != former)
        {
            throw new ConfigurationException(
                $"The tables of the schema {Connection.Schema} there belong to the org {former}, and the connection {next.Name} to {org}; "
                + "choose another schema.");
        }

        return Connection with
        {
            Id = next.Id,
            Name = next.Name,
            AppName = next.AppName,
            LoginUrl = next.LoginUrl,
            ApiVersion = next.ApiVersion,
            DatabaseKey = next.DatabaseKey,
            IsPaused = next.IsPaused,
            OrganizationId = Connection.OrganizationId ?? next.OrganizationId,
        };
    }
}
