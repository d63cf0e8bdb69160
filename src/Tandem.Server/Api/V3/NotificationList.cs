namespace Tandem.Server.Api.V3;

/// <summary>What a person should know of a connection. Source: heroku-connect.md, section 12.3.</summary>
internal sealed record NotificationList(IReadOnlyList<NotificationView> Results);
