using System.Net;
using Microsoft.AspNetCore.Routing;

namespace Tandem.Simulator.Control;

/// <summary>The control plane: all that can be done to the org from outside, as JSON resources under <c>/_simulator</c>; see
/// docs/simulator/control.md.</summary>
internal sealed class ControlEndpoints(OrgParts parts)
{
    public void Map(IEndpointRouteBuilder builder, SimulatorOptions options, IPAddress address)
    {
        var control = parts.Control;
        AddSettings(control.Settings);
        var routes = new ControlRoutes(builder, new ControlGuard(address, options.ControlToken));
        routes.Get("", _ => Task.FromResult<object?>(new { routes.Resources }));
        ClockEndpoints.Map(routes, control.Clock);
        FaultEndpoints.Map(routes, control.Faults);
        RowFaultEndpoints.Map(routes, parts.Saver.Faults);
        EventFaultEndpoints.Map(routes, parts.Events);
        BulkControlEndpoints.Map(routes, parts.Bulk.Control);
        SessionEndpoints.Map(routes, control, parts.Sessions, parts.Logins);
        LimitEndpoints.Map(routes, control, parts.Events);
        SchemaEndpoints.Map(routes, control.Schema);
        StateEndpoints.Map(routes, control, options.SaveFile);
        CallEndpoints.Map(routes, control.Calls);
    }

    private void AddSettings(OrgSettings settings)
    {
        var (saver, sessions, usage, bulk) = (parts.Saver, parts.Sessions, parts.Control.Usage, parts.Bulk.Control);
        settings.Add("commitLag", () => saver.CommitLag, value => saver.CommitLag = value);
        settings.Add("findsNewParentsByKey", () => saver.FindsNewParentsByKey, value => saver.FindsNewParentsByKey = value);
        settings.Add("bulkJobDelay", () => bulk.Settings.JobDelay, value => bulk.Settings = bulk.Settings with { JobDelay = value });
        settings.Add("sessionLifetime", () => sessions.Lifetime, value => sessions.Lifetime = value);
        settings.Add("appUsageName", () => usage.AppName, value => usage.AppName = value);
        settings.Add("appUsageMax", () => usage.AppMax, value => usage.AppMax = value);
        settings.Add("isOrgActive", () => parts.Logins.IsOrgActive, value => parts.Logins.IsOrgActive = value);
        settings.Add("rotatesRefreshTokens", () => parts.Apps.RotatesRefreshTokens, value => parts.Apps.RotatesRefreshTokens = value);
    }
}
