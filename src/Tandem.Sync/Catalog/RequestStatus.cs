namespace Tandem.Sync.Catalog;

/// <summary>How far a request has come, for whoever waits for it.</summary>
/// <param name="IsTaken">A server has begun with it.</param>
/// <param name="Outcome">Null until it is done.</param>
public sealed record RequestStatus(bool IsTaken, RequestOutcome? Outcome);
