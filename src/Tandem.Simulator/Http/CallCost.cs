namespace Tandem.Simulator.Http;

/// <summary>What a request has taken of the day's allowance; set by whoever counts the call, read by the call log.</summary>
internal sealed record CallCost(int Calls);
