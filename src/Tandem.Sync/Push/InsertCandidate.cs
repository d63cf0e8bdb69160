using Tandem.Salesforce;

namespace Tandem.Sync.Push;

/// <summary>A record that may have been made by an insert whose answer was lost.</summary>
/// <param name="WasChanged">Somebody has written it since it was made.</param>
/// <param name="Values">Those of <see cref="InsertMatcher.Compared"/>, in its order, as the API gave them.</param>
internal sealed record InsertCandidate(SalesforceId Id, bool IsDeleted, bool WasChanged, IReadOnlyList<string?> Values);
