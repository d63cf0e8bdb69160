namespace Tandem.Server.Api.V1;

/// <summary>A page of a list.</summary>
/// <param name="Next">What to ask for the following page with, as <c>after</c>; null when this is the last.</param>
internal sealed record ItemList<T>(IReadOnlyList<T> Items, string? Next)
{
    public ItemList<TOther> Select<TOther>(Func<T, TOther> select) => new([.. Items.Select(select)], Next);
}
