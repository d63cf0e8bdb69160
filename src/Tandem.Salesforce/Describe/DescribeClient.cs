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
}
