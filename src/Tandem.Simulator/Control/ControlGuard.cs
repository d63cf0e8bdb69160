using System.Net;
using Microsoft.AspNetCore.Http;
using Tandem.Simulator.Auth;

namespace Tandem.Simulator.Control;

/// <summary>
/// Who may use the control plane. On the loopback everyone; on any other address nobody, unless a token is set; with a token, whoever
/// brings it. Pages of a browser never: they would do so behind their user's back.
/// </summary>
internal sealed class ControlGuard(IPAddress address, string? token)
{
    /// <summary>Null when the request may pass, or the sentence that tells why not.</summary>
    public string? Refuse(HttpRequest request)
    {
        if (request.Headers.ContainsKey("Origin"))
            return "The control plane does not answer pages of a browser: expected no Origin header.";
        if (token is null)
            return IPAddress.IsLoopback(address) ? null
                : $"The control plane is closed because the org listens on {address}: start it with a control token to open it.";
        var brought = request.Headers.Authorization.ToString();
        return Secret.AreEqual($"Bearer {token}", brought)
            ? null : "The control plane needs its token: expected the header Authorization: Bearer and the token.";
    }
}
