using System.Text.Json;
using Tandem.Simulator.Data;
using Tandem.Simulator.Records;

namespace Tandem.Simulator.Composite;

/// <summary>One record of a tree call, with the records below it; read by <see cref="TreeReader"/>, saved by
/// <see cref="TreeEndpoints"/>.</summary>
internal sealed record TreeNode
{
    public required string ReferenceId { get; init; }

    public required ObjectTable Table { get; init; }

    public required JsonElement Json { get; init; }

    /// <summary>The record above; null at the root.</summary>
    public required TreeNode? Parent { get; init; }

    /// <summary>The place of the reference to the record above.</summary>
    public required int ParentOrdinal { get; init; }

    public required int Level { get; init; }

    /// <summary>What became of it; null before it was saved.</summary>
    public SaveResult? Result { get; set; }
}
