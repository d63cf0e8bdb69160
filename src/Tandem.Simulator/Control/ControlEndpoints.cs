using System.Net;
using Microsoft.AspNetCore.Routing;
using Tandem.Simulator.Auth;
using Tandem.Simulator.Bulk;
using Tandem.Simulator.Events;
using Tandem.Simulator.Records;

namespace Tandem.Simulator.Control;

/// <summary>The control plane: all that can be done to the org from outside, as JSON resources under <c>/_simulator</c>; see
/// docs/simulator/control.md.</summary>
internal sealed class ControlEndpoints(OrgControl control, SessionStore sessions, RecordSaver saver, EventBus events, BulkControl bulk)
{
    public void Map(IEndpointRouteBuilder builder, SimulatorOptions options, IPAddress address)
    {
        AddSettings();
        var routes = new ControlRoutes(builder, new ControlGuard(address, options.ControlToken));
        routes.Get("", _ => Task.FromResult<object?>(new { routes.Resources }));
        ClockEndpoints.Map(routes, control.Clock);
        FaultEndpoints.Map(routes, control.Faults);
        RowFaultEndpoints.Map(routes, saver.Faults);
        EventFaultEndpoints.Map(routes, events);
        BulkControlEndpoints.Map(routes, bulk);
        SessionEndpoints.Map(routes, control, sessions);
        LimitEndpoints.Map(routes, control, events.Allowance);
        SchemaEndpoints.Map(routes, control.Schema);
        StateEndpoints.Map(routes, control, options.SaveFile);
        CallEndpoints.Map(routes, control.Calls);
    }

    private void AddSettings()
    {
        var settings = control.Settings;
        settings.Add("commitLag", () => saver.CommitLag, value => saver.CommitLag = value);
        settings.Add("findsNewParentsByKey", () => saver.FindsNewParentsByKey, value => saver.FindsNewParentsByKey = value);
        settings.Add("bulkJobDelay", () => bulk.Settings.JobDelay, value => bulk.Settings = bulk.Settings with { JobDelay = value });
        settings.Add("sessionLifetime", () => sessions.Lifetime, value => sessions.Lifetime = value);
        settings.Add("appUsageName", () => control.Usage.AppName, value => control.Usage.AppName = value);
        settings.Add("appUsageMax", () => control.Usage.AppMax, value => control.Usage.AppMax = value);
    }
}
