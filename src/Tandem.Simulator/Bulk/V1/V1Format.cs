namespace Tandem.Simulator.Bulk.V1;

/// <summary>The form of a batch's data, and of answers about jobs and batches (of which CSV is none).</summary>
internal enum V1Format
{
    Csv,
    Xml,
    Json,
}
