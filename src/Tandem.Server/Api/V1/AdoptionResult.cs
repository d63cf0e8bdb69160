using Tandem.Server.Adopt;

namespace Tandem.Server.Api.V1;

/// <summary>What an adoption came to.</summary>
/// <param name="Succeeded">It was carried out, there was nothing to do, or a dry run found nothing against it.</param>
/// <param name="Adoption">Null when an end could not be reached, or there is nothing that could be taken over.</param>
internal sealed record AdoptionResult(bool Succeeded, string Sentence, AdoptionView? Adoption);
