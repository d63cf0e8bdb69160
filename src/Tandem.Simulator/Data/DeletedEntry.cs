namespace Tandem.Simulator.Data;

/// <summary>A line of an object's delete log, which the resource <c>deleted</c> answers from.</summary>
internal readonly record struct DeletedEntry(string Id, DateTime DeletedDate);
