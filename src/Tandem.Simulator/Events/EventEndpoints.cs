using Microsoft.AspNetCore.Routing;
using Tandem.Simulator.Auth;
using Tandem.Simulator.Data;
using Tandem.Simulator.Events.Channels;
using Tandem.Simulator.Events.Cometd;
using Tandem.Simulator.Events.Schemas;
using Tandem.Simulator.Events.Topics;

namespace Tandem.Simulator.Events;

/// <summary>Puts everything about events under its addresses; the server calls it once.</summary>
internal static class EventEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, Org org, EventBus bus, SessionStore sessions, CancellationToken stopping)
    {
        CometdEndpoints.Map(routes, org, bus, sessions, stopping);
        PushEndpoints.Map(routes, org, bus);
        EventSchemaEndpoints.Map(routes, org, bus);
        ChannelEndpoints.Map(routes, bus);
    }
}
