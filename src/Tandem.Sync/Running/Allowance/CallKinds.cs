using Tandem.Salesforce;
using Tandem.Salesforce.Limits;

namespace Tandem.Sync.Running.Allowance;

/// <summary>Spells kinds of calls, and gives the client that counts for one.</summary>
public static class CallKinds
{
    /// <summary>A client of the same org whose calls are counted for the object and the kind of work.</summary>
    public static SalesforceClient For(this SalesforceClient salesforce, string objectName, CallKind kind) =>
        salesforce.For(new CallPurpose(objectName, ToText(kind)));

    /// <summary>As it stands in the database and in metrics.</summary>
    public static string ToText(CallKind kind) => kind switch
    {
        CallKind.Load => "load",
        CallKind.Poll => "poll",
        CallKind.Deletes => "deletes",
        CallKind.Push => "push",
        CallKind.Verify => "verify",
        CallKind.Formulas => "formulas",
        _ => "other",
    };

    /// <summary>The kind of a purpose; one that nobody has said is other work.</summary>
    public static string ToText(CallPurpose purpose) => purpose.Work.Length == 0 ? ToText(CallKind.Other) : purpose.Work;
}
