using System.Text.Json.Nodes;

namespace Tandem.Server.Api.V1;

/// <summary>How a schema is to be taken over from Heroku Connect.</summary>
internal sealed record AdoptionBody
{
    /// <summary>Tells what would be kept, replaced, added and refused, and changes nothing; not without it.</summary>
    public bool? DryRun { get; init; }

    /// <summary>A person says that Heroku Connect is paused; without it nothing is changed.</summary>
    public bool? ConfirmPaused { get; init; }

    /// <summary>Stamps without it.</summary>
    public AdoptionLook? Verify { get; init; }

    /// <summary>The mapping file that Heroku Connect exports; without it, the tables tell.</summary>
    public JsonNode? MappingFile { get; init; }
}
