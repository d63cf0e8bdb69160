namespace Tandem.Server.Api;

/// <summary>An answer other than the asked one: a status, a code and a sentence, and where several things are wrong, all of them.</summary>
internal sealed class ApiException(int status, string code, string message, Exception? inner = null) : Exception(message, inner)
{
    public int Status => status;

    public string Code => code;

    /// <summary>Sentences by the place that each is about; null where the message says all.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>>? Errors { get; init; }

    public static ApiException BadRequest(string message, Exception? inner = null) => new(400, "badrequest", message, inner);

    /// <summary>A configuration that cannot be.</summary>
    public static ApiException BadConfig(string message, Exception? inner = null) => new(400, "badconfig", message, inner);

    public static ApiException Forbidden(string message) => new(403, "forbidden", message);

    public static ApiException NotFound(string what) => new(404, "notfound", $"There is no such {what}.");

    public static ApiException Conflict(string message) => new(409, "conflict", message);
}
