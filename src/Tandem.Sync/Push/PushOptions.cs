using Tandem.Salesforce.Composite;
using Tandem.Salesforce.Records;
using Tandem.Sync.Catalog;

namespace Tandem.Sync.Push;

/// <summary>How changes are bundled on their way to the org; they bound the memory of a push, whatever waits in the log.</summary>
public sealed record PushOptions
{
    /// <summary>Merged writes: the changes of a record that are claimed together become one, and none goes by Bulk.</summary>
    public bool MergesWrites { get; init; }

    /// <summary>Which of the org's assignment rules run for what is written.</summary>
    public AssignmentRules Assignment { get; init; } = AssignmentRules.Off;

    /// <summary>
    /// A record is saved although a duplicate rule alerts. No Bulk job can ask for that, so what one refuses goes by a call.
    /// </summary>
    public bool SavesDuplicates { get; init; }

    /// <summary>Text that is longer than its field is cut before it is sent.</summary>
    public bool CutsText { get; init; }

    /// <summary>Changes that are claimed at once.</summary>
    public int ClaimRows { get; init; } = 5_000;

    /// <summary>Records of one call: a Collections request takes 200, a Composite call five of them.</summary>
    public int CallRecords { get; init; } = CompositeClient.MostCollections * CollectionWrite.MostRows;

    /// <summary>Contiguous changes of one object and operation from which a Bulk job is made of them; zero for none.</summary>
    public int BulkFrom { get; init; } = 2_000;

    /// <summary>Records of one Bulk job. Their ids are kept until it has ended, and the records after them wait for it.</summary>
    public int BulkJobRecords { get; init; } = 25_000;

    /// <summary>Bytes of one Bulk job's CSV; Salesforce takes 150 MB after base64 (salesforce-api.md, section 3.1).</summary>
    public int BulkJobBytes { get; init; } = 100_000_000;

    /// <summary>Outcomes that are written to the log and the table in one transaction.</summary>
    public int SettleRows { get; init; } = 10_000;

    /// <summary>Written records that are read back in one call.</summary>
    public int ReadBackRecords { get; init; } = RecordsClient.MostReads;

    /// <summary>How long a few outcomes wait for more, so that one call reads more of them back.</summary>
    public TimeSpan SettleDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// A whole number in a reference column is the local id of the parent's row, which is sent first. Without it Salesforce is asked, and
    /// knows no such id.
    /// </summary>
    public bool FindsLocalParents { get; init; }

    /// <summary>As much of a run as tells how it goes: a job looks at each of its changes by itself.</summary>
    internal int LongestLook => Math.Max(CallRecords, BulkFrom);

    /// <summary>What the writes of an object ask of the org.</summary>
    internal WriteOptions WritesOf(string objectName) => new()
    {
        AssignsByActiveRules = Assignment.IsOn,
        AssignmentRule = Assignment.RuleOf(objectName),
        SavesDuplicates = SavesDuplicates,
    };

    /// <summary>How long a push keeps the polls of its mapping waiting at most, if there is more to send.</summary>
    public TimeSpan LongestGate { get; init; } = TimeSpan.FromSeconds(3);
}
