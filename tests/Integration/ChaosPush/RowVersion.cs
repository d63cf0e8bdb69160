namespace Tandem.Tests.Integration.ChaosPush;

/// <summary>A row after one change: all of it, whatever the change touched.</summary>
internal sealed record RowVersion
{
    /// <summary>By field; the one of <see cref="ChaosTable.MarkField"/> is that of no other version of the row.</summary>
    public required IReadOnlyDictionary<string, string> Values { get; init; }

    /// <summary>By reference field; a field without a parent is left out.</summary>
    public IReadOnlyDictionary<string, BookRow> Parents { get; init; } = new Dictionary<string, BookRow>();

    public bool IsDelete { get; init; }

    /// <summary>The org refuses the change that made it.</summary>
    public bool IsRefused { get; init; }

    public string Mark => Values[ChaosTable.MarkField];
}
