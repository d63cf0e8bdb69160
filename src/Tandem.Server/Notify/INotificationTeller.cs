namespace Tandem.Server.Notify;

/// <summary>Tells somebody outside of the notifications of all connections.</summary>
internal interface INotificationTeller
{
    /// <summary>Under which it notes what it has told.</summary>
    string Channel { get; }

    /// <summary>Runs until cancelled.</summary>
    Task RunAsync(CancellationToken cancellationToken);
}
