using System.Runtime.InteropServices;
using Tandem.Postgres.ChangeLog;

namespace Tandem.Postgres.Conflicts;

/// <summary>What makes a conflict the same as one that was noted before: the change, its column, and what Salesforce has there.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ConflictKey(ChangeId Change, DateTime ChangedAt, string Column, string? SalesforceValue);
