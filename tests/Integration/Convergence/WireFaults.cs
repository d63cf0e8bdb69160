using Tandem.Simulator.Control;

namespace Tandem.Tests.Integration.Convergence;

/// <summary>
/// What can go wrong between the program and the org, and passes: all of salesforce-api.md, section 9.1, that is no refusal.
/// </summary>
internal static class WireFaults
{
    private static readonly string[] Places =
    [
        "/services/data/*", "*/query*", "*/queryAll*", "*/query/*", "*/jobs/query*", "*/results", "*/composite/*", "*/sobjects/*",
        "/services/oauth2/token",
    ];

    /// <summary>The rule that three numbers choose; it is spent after at most six calls, more than the client tries.</summary>
    public static FaultRule Choose(int a, int b, int c)
    {
        var rule = new FaultRule { Path = Places[b % Places.Length], After = c % 5, Times = 1 + (c / 5 % 6) };
        if (rule.Path == "/services/oauth2/token")
            return rule with { Kind = a % 2 == 0 ? FaultKind.CutBeforeAnswer : FaultKind.RestError };
        return (a % 14) switch
        {
            0 or 1 => rule with { Kind = FaultKind.RestError },
            2 => rule with { Kind = FaultKind.RestError, Status = 500 },
            3 => rule with { Kind = FaultKind.Answer, Status = 429, Headers = new Dictionary<string, string> { ["Retry-After"] = "3" } },
            4 => rule with { Kind = FaultKind.Answer, Status = 420 },
            5 => rule with { Kind = FaultKind.HtmlPage },
            6 or 7 => rule with { Kind = FaultKind.CutBeforeAnswer },
            8 => rule with { Kind = FaultKind.CutBeforeHandling },
            9 or 10 => rule with { Kind = FaultKind.TruncateAnswer },

            // Once: a session that is refused right after its sign-in is rightly taken for a user without access.
            11 => rule with { Id = "session", Kind = FaultKind.ExpireSession, Times = 1 },
            12 when c % 2 == 0 =>
                rule with { Kind = FaultKind.RestError, Path = "*/query/*", Status = 400, ErrorCode = "INVALID_QUERY_LOCATOR" },
            12 => rule with { Kind = FaultKind.RestError, Path = "*/jobs/query/*", Status = 404, Times = 1 },
            _ => rule with { Latency = TimeSpan.FromSeconds(1 + (c % 25)) },
        };
    }
}
