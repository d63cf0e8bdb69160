namespace Tandem.Sync.Catalog.Access;

/// <summary>The words for the scopes in the catalogue, in JSON and on the command line.</summary>
public static class AccessScopes
{
    public static string Word(AccessScope scope) => scope switch
    {
        AccessScope.Read => "read",
        AccessScope.Admin => "admin",
        _ => throw new ArgumentOutOfRangeException(nameof(scope), scope, "Not a scope."),
    };

    /// <exception cref="FormatException">Another program wrote something else.</exception>
    public static AccessScope Parse(string word) => word switch
    {
        "read" => AccessScope.Read,
        "admin" => AccessScope.Admin,
        _ => throw new FormatException("A scope is read or admin; the catalogue holds something else."),
    };
}
