using Tandem.Simulator.Control;

namespace Tandem.Tests.Integration.ChaosPush;

/// <summary>What can go wrong with a write's call, and passes: salesforce-api.md, section 9.1.</summary>
internal static class ChaosFaults
{
    private static readonly string[] Places =
    [
        "*/composite/*", "*/composite/*", "*/composite/*", "*/composite/sobjects*", "*/jobs/ingest*", "*/jobs/ingest*", "*/query*",
        "/services/data/*", "/services/oauth2/token",
    ];

    private static readonly string?[] Methods = ["POST", "PATCH", "DELETE", null, null];

    /// <summary>The rule that three numbers choose; it is spent after at most four calls.</summary>
    public static FaultRule Choose(int a, int b, int c)
    {
        var rule = new FaultRule
        {
            Path = Places[b % Places.Length], Method = Methods[c % Methods.Length], After = c / 5 % 4, Times = 1 + (c / 20 % 4),
        };
        if (rule.Path == "/services/oauth2/token")
            return rule with { Method = null, Kind = a % 2 == 0 ? FaultKind.CutBeforeAnswer : FaultKind.RestError };
        return (a % 16) switch
        {
            0 or 1 => rule with { Kind = FaultKind.RestError },
            2 => rule with { Kind = FaultKind.RestError, Status = 500 },
            3 => rule with { Kind = FaultKind.Answer, Status = 429, Headers = new Dictionary<string, string> { ["Retry-After"] = "3" } },
            4 => rule with { Kind = FaultKind.HtmlPage },
            5 or 6 or 7 or 8 => rule with { Kind = FaultKind.CutBeforeAnswer },
            9 or 10 => rule with { Kind = FaultKind.CutBeforeHandling },
            11 or 12 => rule with { Kind = FaultKind.TruncateAnswer },
            13 => rule with { Kind = FaultKind.EndAnswerEarly },

            // Once: a session that is refused right after its sign-in is rightly taken for a user without access.
            14 => rule with { Id = "session", Kind = FaultKind.ExpireSession, Times = 1 },
            _ => rule with { Latency = TimeSpan.FromSeconds(1 + (c % 25)) },
        };
    }
}
