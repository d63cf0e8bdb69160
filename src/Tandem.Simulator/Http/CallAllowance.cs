using Microsoft.AspNetCore.Http;
using Tandem.Simulator.Auth;
using Tandem.Simulator.Control;

namespace Tandem.Simulator.Http;

/// <summary>Takes a call from what the org allows, by whatever door it comes, and notes for the call log whose it is. Source:
/// salesforce-api.md, section 11.</summary>
internal sealed class CallAllowance(ApiUsage usage, OpenCalls openCalls)
{
    public ApiUsage Usage { get; } = usage;

    /// <summary>Counts the call of a signed-in request and gives the day's count with it.</summary>
    /// <exception cref="ApiException">Too many long calls are open, or the day's calls are used up.</exception>
    public int Take(HttpContext context, Session session)
    {
        context.Features.Set(session);
        if (openCalls.IsFull)
            throw new ApiException(403, "REQUEST_LIMIT_EXCEEDED", "ConcurrentPerOrgLongTxn Limit exceeded.");
        if (!Usage.TryCount(out var used))
            throw new ApiException(403, "REQUEST_LIMIT_EXCEEDED", "TotalRequests Limit exceeded.");
        context.Features.Set(new CallCost(1));
        return used;
    }
}
