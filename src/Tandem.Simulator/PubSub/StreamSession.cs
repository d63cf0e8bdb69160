using Tandem.Simulator.Auth;
using Tandem.Simulator.Data;
using Tandem.Simulator.PubSub.Grpc;

namespace Tandem.Simulator.PubSub;

/// <summary>
/// Whose call it is: found by the metadata that every call brings, and asked again as long as a stream lives, because a session may end
/// before it. Source: salesforce-api.md, sections 6.1 and 6.3.
/// </summary>
internal sealed class StreamSession
{
    private readonly SessionStore _sessions;
    private volatile string _token;

    private StreamSession(SessionStore sessions, string token, string userId)
    {
        _sessions = sessions;
        _token = token;
        UserId = userId;
    }

    /// <summary>The 18-character id of the user.</summary>
    public string UserId { get; }

    /// <exception cref="GrpcException">The metadata is not complete, or names no live session of this org.</exception>
    public static StreamSession Of(GrpcCall call, SessionStore sessions, Org org)
    {
        if (call.Metadata("accesstoken") is not { } token
            || call.Metadata("instanceurl") is not { } instance || !IsWebAddress(instance)
            || RecordId.Expand(call.Metadata("tenantid")) != org.OrganizationId
            || sessions.Find(token) is not { } session)
            throw PubSubErrors.NotSignedIn();
        return new StreamSession(sessions, token, session.UserId);
    }

    /// <exception cref="GrpcException">The session has ended.</exception>
    public void Check()
    {
        if (_sessions.Find(_token) is null)
            throw PubSubErrors.NotSignedIn();
    }

    /// <summary>Goes on with another session of the same user; an empty token changes nothing.</summary>
    /// <exception cref="GrpcException">There is no such session.</exception>
    public void Refresh(string token)
    {
        if (token.Length == 0)
            return;
        if (_sessions.Find(token)?.UserId != UserId)
            throw PubSubErrors.RefreshRefused();
        _token = token;
    }

    private static bool IsWebAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "https" or "http";
}
