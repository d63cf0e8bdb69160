using System.Text.Json.Nodes;

namespace Tandem.Server.Api.V1;

/// <summary>What became of something that was asked for.</summary>
/// <param name="Message">A sentence for a person.</param>
/// <param name="Detail">What an import changed; null where the sentence says all.</param>
internal sealed record RequestResult(bool Succeeded, string Message, JsonNode? Detail);
