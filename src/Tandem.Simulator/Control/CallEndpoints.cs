using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Tandem.Simulator.Control;

/// <summary>The call log over HTTP: the last calls, the counts, the reset.</summary>
internal static class CallEndpoints
{
    private const int DefaultLast = 100;

    public static void Map(ControlRoutes routes, CallLog calls)
    {
        routes.Get("/calls", context => Task.FromResult<object?>(calls.Entries.TakeLast(Last(context))));
        routes.Get("/calls/counts", _ => Task.FromResult<object?>(new { calls.Cost, Routes = calls.Counts }));
        routes.Delete("/calls", _ =>
        {
            calls.Reset();
            return Task.FromResult<object?>(null);
        });
    }

    private static int Last(HttpContext context)
    {
        var text = context.Request.Query["last"].ToString();
        if (text.Length == 0)
            return DefaultLast;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var last) ? last
            : throw new ControlException("The parameter last takes a whole number.");
    }
}
