using Tandem.Simulator.Data;
using Tandem.Simulator.Http;
using Tandem.Simulator.Metadata;
using Tandem.Simulator.Records;
using Tandem.Simulator.Soql;

namespace Tandem.Simulator.Events.Topics;

/// <summary>
/// A PushTopic record made ready: whose changes it watches, which of them it tells, and what of them. The topic feed keeps one for each
/// active record. Source: salesforce-api.md, section 5.3.
/// </summary>
internal sealed class PushTopic
{
    private readonly BoundQuery _query;
    private readonly object?[] _row;
    private readonly ObjectType _rowType;
    private readonly HashSet<int>? _watched;

    private PushTopic(ObjectType rowType, object?[] row, BoundQuery query, string text)
    {
        _rowType = rowType;
        _row = row;
        _query = query;
        _watched = Watched(text);
    }

    /// <summary>The object whose records the query selects.</summary>
    public ObjectTable Table => _query.Table;

    public string Address => "/topic/" + Text("Name");

    /// <summary>Makes a row ready; null, and why, for a query that cannot be watched.</summary>
    public static PushTopic? TryBind(Org org, ObjectType rowType, object?[] row, out SaveError? error)
    {
        error = null;
        var text = row[rowType.OrdinalOf("Query")] as string ?? "";
        try
        {
            var query = QueryBinder.Bind(SoqlParser.Parse(text), QueryContext.Of(org, Caller.Of(org.AdminUserId)));
            if (query.Columns.Any(column => column.IsOwn && column.Field.Type == FieldType.Id))
                return new PushTopic(rowType, row, query, text);
            error = Refused("The query of a PushTopic selects the Id of its records.");
        }
        catch (ApiException exception)
        {
            error = Refused(exception.Message);
        }

        return null;
    }

    /// <summary>The event of a change; null for one that the topic does not tell.</summary>
    public TopicEvent? EventOf(RecordChange change) => change.Kind switch
    {
        ChangeKind.Create when Tells("NotifyForOperationCreate") && Selects(change.After) => Full("created", change.After),
        ChangeKind.Update when Tells("NotifyForOperationUpdate") && Selects(change.After) && Touches(change) =>
            Full("updated", change.After),
        ChangeKind.Undelete when Tells("NotifyForOperationUndelete") && Selects(change.After) => Full("undeleted", change.After),
        ChangeKind.Delete when Tells("NotifyForOperationDelete") && Selects(change.Before ?? change.After) =>
            new TopicEvent { ChangeType = "deleted", Fields = [new("Id", change.Id)] },
        _ => null,
    };

    private static SaveError Refused(string message) => new() { StatusCode = "INVALID_FIELD", Message = message, Fields = ["Query"] };

    private TopicEvent Full(string changeType, object?[] values) => new()
    {
        ChangeType = changeType,
        Fields = [.. _query.Columns.Select(column => new KeyValuePair<string, object?>(column.Name, column.Read(values)))],
    };

    private bool Selects(object?[] values) => _query.Where is null || _query.Where(values);

    private bool Touches(RecordChange change)
    {
        if (change.Before is not { } before)
            return true;
        for (var ordinal = 0; ordinal < before.Length; ordinal++)
        {
            if (_watched?.Contains(ordinal) != false && !Equals(before[ordinal], change.After[ordinal]))
                return true;
        }

        return false;
    }

    /// <summary>The fields whose change counts; null for all. The condition's fields are the words in it that name one.</summary>
    private HashSet<int>? Watched(string text)
    {
        var mode = Text("NotifyForFields");
        if (mode == "All")
            return null;
        var type = Table.Type;
        var watched = new HashSet<int>();
        if (mode != "Where")
            watched.UnionWith(_query.Columns.Where(column => column.IsOwn).Select(column => type.OrdinalOf(column.Field.Name)));
        if (mode != "Select")
            watched.UnionWith(WordsOfCondition(text).Select(type.OrdinalOf));
        watched.Remove(-1);
        return watched;
    }

    private static IEnumerable<string> WordsOfCondition(string text)
    {
        var start = text.IndexOf("where", StringComparison.OrdinalIgnoreCase);
        if (start < 0)
            yield break;
        var parts = text[(start + "where".Length)..].Replace("\\'", "", StringComparison.Ordinal).Split('\'');
        for (var at = 0; at < parts.Length; at += 2)
        {
            foreach (var word in parts[at].Split([' ', '\t', '\r', '\n', '(', ')', '=', '<', '>', '!', ',']))
                yield return word;
        }
    }

    private bool Tells(string operation) => _row[_rowType.OrdinalOf(operation)] is true;

    private string Text(string field) => _row[_rowType.OrdinalOf(field)] as string ?? "";
}
