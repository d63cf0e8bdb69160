namespace Tandem.Simulator.Control;

/// <summary>What a fault does to a call; each may come after a wait. Source: salesforce-api.md, sections 0 and 12.</summary>
public enum FaultKind
{
    /// <summary>Nothing but the wait: the call is handled as ever.</summary>
    Delay,

    /// <summary>The call is not handled; a REST error with status, code and message is answered.</summary>
    RestError,

    /// <summary>The call is not handled; a page is answered, as the edge of the platform does when the org is not reachable.</summary>
    HtmlPage,

    /// <summary>The call is not handled; the status and the rule's own body, or none, are answered.</summary>
    Answer,

    /// <summary>The connection is cut and the call is not handled.</summary>
    CutBeforeHandling,

    /// <summary>The call is handled and commits; the connection is cut before anything of the answer is sent.</summary>
    CutBeforeAnswer,

    /// <summary>The call is handled and commits; the connection ends in the middle of the answer's body.</summary>
    TruncateAnswer,

    /// <summary>The call is handled and commits; half of the answer's body comes, under all of its headers, and ends as if it were
    /// whole.</summary>
    EndAnswerEarly,

    /// <summary>The session that the call brings ends first, so that the call finds it invalid.</summary>
    ExpireSession,
}
