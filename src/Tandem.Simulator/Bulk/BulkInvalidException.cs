namespace Tandem.Simulator.Bulk;

/// <summary>Why a whole job or batch fails, in the words that its status shows. Thrown while the data are read, before rows are
/// saved.</summary>
internal sealed class BulkInvalidException(string message) : Exception(message);
