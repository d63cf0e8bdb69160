namespace Tandem.Server.Api.V3;

/// <summary>One thing that a person should know.</summary>
internal sealed record NotificationView(long Id, string EventType, string Message, DateTimeOffset CreatedAt);
