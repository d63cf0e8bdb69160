using System.Net;
using Microsoft.AspNetCore.Routing;
using Tandem.Simulator.Auth;

namespace Tandem.Simulator.Control;

/// <summary>The control plane: all of <see cref="OrgControl"/> as JSON resources under <c>/_simulator</c>; see
/// docs/simulator/control.md.</summary>
internal static class ControlEndpoints
{
    public static void Map(IEndpointRouteBuilder builder, OrgControl control, SessionStore sessions, SimulatorOptions options,
        IPAddress address)
    {
        var routes = new ControlRoutes(builder, new ControlGuard(address, options.ControlToken));
        routes.Get("", _ => Task.FromResult<object?>(new { routes.Resources }));
        ClockEndpoints.Map(routes, control.Clock);
        FaultEndpoints.Map(routes, control.Faults);
        SessionEndpoints.Map(routes, control, sessions);
        LimitEndpoints.Map(routes, control);
        SchemaEndpoints.Map(routes, control.Schema);
        StateEndpoints.Map(routes, control, options.SaveFile);
        CallEndpoints.Map(routes, control.Calls);
    }
}
