using System.Globalization;

namespace Tandem.Simulator.Events.Cometd;

/// <summary>The error texts of the streaming API; clients match on the number and a word or two. Source: salesforce-api.md, section
/// 5.4.</summary>
internal static class CometdErrors
{
    public const string AuthenticationInvalid = "401::Authentication invalid";
    public const string AuthenticationRequired = "401::Request requires authentication";
    public const string HandshakeDenied = "403::Handshake denied";
    public const string UnknownClient = "403::Unknown client";
    public const string NoHandshake = "403::Client has not completed handshake";
    public const string ChannelInvalid = "400::The channel specified is not valid";
    public const string ChannelMissing = "400::Channel name not specified";
    public const string ChannelRestricted = "403::Restricted channel";
    public const string CannotCreateChannel = "403::Cannot create channel";
    public const string NotAllowed = "403::User not allowed to subscribe CDC without View All Data permissions";
    public const string TooManyClients = "403::Organization concurrent user limit exceeded";
    public const string DailyLimit = "403::Organization total events daily limit exceeded";
    public const string VersionMissing = "400::API version in the URI is mandatory. URI format: '/cometd/NN.0'";
    public const string VersionUnsupported = "400::API version in the URI is unsupported. URI format: '/cometd/NN.0'";
    public const string NoMessage = "400::The request body holds no array of messages";

    public static string NoCookie(string clientId, string cookie) =>
        $"400::Client {clientId} has established a session, but no {cookie} cookie present";

    public static string NoSlash(string channel) => $"400::Channel {channel} must begin with '/'";

    public static string NoChannel(string channel) => $"400::The channel {channel} doesn't exist";

    public static string ReplayId(long replayId) => string.Create(CultureInfo.InvariantCulture,
        $"400::The replayId {replayId} you provided was invalid. Please provide a valid ID, -2 to replay all events, or -1 to replay only new events.");

    public static string NoReplayId(string text) =>
        $"400::The replayId {text} you provided was invalid. Please provide a valid ID, -2 to replay all events, or -1 to replay only new events.";
}
