namespace Tandem.Server.Api.OpenApi;

/// <summary>
/// Marks the endpoints whose body is a mapping file: read as a text, whatever its content type says, and free to hold what nobody knows.
/// </summary>
internal sealed class TakesMappingFile;
