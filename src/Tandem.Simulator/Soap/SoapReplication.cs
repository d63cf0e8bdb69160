using System.Xml;
using Tandem.Simulator.Data;
using Tandem.Simulator.Http;
using Tandem.Simulator.Records;

namespace Tandem.Simulator.Soap;

/// <summary>The ids of what a span of time changed or deleted. Source: salesforce-api.md, sections 2.7 and 7.</summary>
internal sealed class SoapReplication(Org org)
{
    public Action<XmlWriter> Updated(SoapCall call, Caller caller)
    {
        var (ids, covered) = ReplicationLog.Updated(org, Table(call, caller), Moment(call, "startDate"), Moment(call, "endDate"));
        return writer =>
        {
            writer.WriteStartElement("result");
            foreach (var id in ids)
                writer.Write("ids", id);
            writer.Write("latestDateCovered", covered);
            writer.WriteEndElement();
        };
    }

    public async Task<Action<XmlWriter>> DeletedAsync(SoapCall call, Caller caller, CancellationToken cancellationToken)
    {
        var (entries, earliest, covered) =
            await ReplicationLog.DeletedAsync(org, Table(call, caller), Moment(call, "startDate"), Moment(call, "endDate"),
                holdsGate: false,
                cancellationToken);
        return writer =>
        {
            writer.WriteStartElement("result");
            foreach (var entry in entries)
            {
                writer.WriteStartElement("deletedRecords");
                writer.Write("deletedDate", entry.DeletedDate);
                writer.Write("id", entry.Id);
                writer.WriteEndElement();
            }

            writer.Write("earliestDateAvailable", earliest);
            writer.Write("latestDateCovered", covered);
            writer.WriteEndElement();
        };
    }

    private ObjectTable Table(SoapCall call, Caller caller)
    {
        var name = call.Operation.TextOf("sObjectType");
        return org.FindTable(name) is { } table && org.AccessOf(caller.UserId).CanSee(table.Type) ? table
            : throw SoapFault.Of("INVALID_TYPE", $"sObject type '{name}' is not supported.");
    }

    private static DateTime Moment(SoapCall call, string name) =>
        IsoDateTime.TryParse(call.Operation.TextOf(name), out var moment) ? moment
            : throw new ApiException(400, "INVALID_REPLICATION_DATE", $"{name} is no date and time with a zone");
}
