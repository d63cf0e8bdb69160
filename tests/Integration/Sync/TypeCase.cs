namespace Tandem.Tests.Integration.Sync;

/// <summary>A value as a client writes it and as it must stand in the database.</summary>
/// <param name="Json">What is written; null writes only <see cref="With"/>, for a field that computes itself.</param>
/// <param name="Heroku">The text of the column with Heroku Connect's types; null for NULL.</param>
internal sealed record TypeCase(string Field, string? Json, string? Heroku)
{
    public TypeCase(string field, string? json, string? heroku, string? exact)
        : this(field, json, heroku) => Exact = exact;

    /// <summary>The text of the column with exact types.</summary>
    public string? Exact { get; private init; } = Heroku;

    /// <summary>Other members of the record.</summary>
    public string? With { get; init; }

    public string Body => $"{{{string.Join(',', new[] { Json is null ? null : $"\"{Field}\":{Json}", With }.OfType<string>())}}}";
}
