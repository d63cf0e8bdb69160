namespace Tandem.Server.Api;

/// <summary>An answer other than the asked one, in the contract's form: a status, a code and a sentence.</summary>
internal sealed class ApiException(int status, string code, string message, Exception? inner = null) : Exception(message, inner)
{
    public int Status => status;

    public string Code => code;

    public static ApiException BadRequest(string message, Exception? inner = null) => new(400, "badrequest", message, inner);

    /// <summary>A configuration that cannot be.</summary>
    public static ApiException BadConfig(string message, Exception? inner = null) => new(400, "badconfig", message, inner);

    public static ApiException NotFound(string what) => new(404, "notfound", $"There is no such {what}.");

    public static ApiException Conflict(string message) => new(409, "conflict", message);
}
