namespace Tandem.Testing;

/// <summary>Where <see cref="FaultProxy"/> interferes with a request.</summary>
public enum FaultPlace
{
    /// <summary>The connection is cut before the request reaches the org.</summary>
    CutRequest,

    /// <summary>The org has answered; the connection is cut before the client gets the answer.</summary>
    CutAnswer,

    /// <summary>The org has answered; half of the answer arrives, then the connection is cut.</summary>
    CutAnswerHalfway,

    /// <summary>The org has answered; the client gets the answer when the test lets it go.</summary>
    HoldAnswer,
}
