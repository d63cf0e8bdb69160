using Tandem.Postgres.ChangeLog;
using Tandem.Salesforce.Composite;

namespace Tandem.Sync.Push;

/// <summary>A change and the row that a call sends of it.</summary>
internal sealed record PreparedChange(Change Change, CollectionRow Row);
