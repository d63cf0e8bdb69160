using Tandem.Postgres.ChangeLog;
using Tandem.Salesforce.Records;

namespace Tandem.Sync.Push;

/// <summary>A change and what the org answered.</summary>
public sealed record Outcome(Change Change, WriteResult Result);
