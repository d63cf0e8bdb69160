using System.Text.Json;
using Tandem.Salesforce.Http;
using Tandem.Salesforce.Soql;

namespace Tandem.Salesforce.Describe;

/// <summary>Asks which objects and fields the user may see. Source: salesforce-api.md, section 2.2.</summary>
public sealed class DescribeClient
{
    private readonly ApiConnection _connection;

    internal DescribeClient(ApiConnection connection) => _connection = connection;

    public async Task<IReadOnlyList<SObjectSummary>> ListAsync(CancellationToken cancellationToken)
    {
        using var request = ApiRequest.Create(HttpMethod.Get, $"{_connection.Root}/sobjects");
        return await _connection.ReadAsync(request, DescribeReader.ReadList, cancellationToken);
    }

    /// <summary>An object that does not exist, or that the user may not see, throws with the code NOT_FOUND.</summary>
    public async Task<SObjectDescription> DescribeAsync(string objectName, CancellationToken cancellationToken)
    {
        using var request = ApiRequest.Create(HttpMethod.Get, $"{_connection.Root}/sobjects/{SoqlText.Identifier(objectName)}/describe");
        return await _connection.ReadAsync(request, DescribeReader.ReadObject, cancellationToken);
    }

    /// <summary>As above in another version of the API than the client's.</summary>
    /// <param name="version">Such as <c>67.0</c>, one that the org serves.</param>
    public async Task<SObjectDescription> DescribeAsync(string objectName, string version, CancellationToken cancellationToken)
    {
        using var request = ApiRequest.Create(
            HttpMethod.Get, $"{ApiConnection.RootOf(version)}/sobjects/{SoqlText.Identifier(objectName)}/describe");
        return await _connection.ReadAsync(request, DescribeReader.ReadObject, cancellationToken);
    }

    /// <summary>
    /// Asks with one call whether anything changed of what the user may see: new and lost objects and fields, lengths, permissions.
    /// </summary>
    /// <param name="since">The LastModified of an earlier answer; null always gets an answer.</param>
    /// <returns>Null when nothing changed.</returns>
    public Task<Described<IReadOnlyList<SObjectSummary>>?> ListAsync(DateTimeOffset? since, CancellationToken cancellationToken) =>
        ReadAsync($"{_connection.Root}/sobjects", since, DescribeReader.ReadList, cancellationToken);

    /// <summary>As above for one object.</summary>
    public Task<Described<SObjectDescription>?> DescribeAsync(
        string objectName, DateTimeOffset? since, CancellationToken cancellationToken) => ReadAsync(
        $"{_connection.Root}/sobjects/{SoqlText.Identifier(objectName)}/describe", since, DescribeReader.ReadObject, cancellationToken);

    private async Task<Described<T>?> ReadAsync<T>(
        string path, DateTimeOffset? since, Func<JsonElement, T> read, CancellationToken cancellationToken)
        where T : class
    {
        using var request = ApiRequest.Create(HttpMethod.Get, path);
        request.Headers.IfModifiedSince = since;
        DateTimeOffset? lastModified = null;
        var value = await _connection.ReadIfModifiedAsync(request, read, stamp => lastModified = stamp, cancellationToken);
        return value is null ? null : new Described<T>(value, lastModified);
    }
}
