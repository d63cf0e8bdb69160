namespace Tandem.Simulator.Bulk.V1;

/// <summary>An error in the shape of the older Bulk API: a code in its own spelling and a sentence, always with the status 400.</summary>
internal sealed class V1Exception(string exceptionCode, string message) : Exception(message)
{
    public string ExceptionCode { get; } = exceptionCode;
}
