namespace Tandem.Sync.Diagnose;

/// <summary>A check of the table of rules. It throws where it cannot tell, and is then skipped with the reason.</summary>
/// <param name="Id">Stable; what begins with MUST can be an error, what begins with SHOULD is mostly a warning.</param>
/// <param name="DisplayName">As a person knows it.</param>
internal sealed record Rule<TSubject>(string Id, string DisplayName, Func<TSubject, CancellationToken, Task<Judgement>> JudgeAsync)
{
    /// <summary>For a rule that asks nobody.</summary>
    public Rule(string id, string displayName, Func<TSubject, Judgement> judge)
        : this(id, displayName, (subject, _) => Task.FromResult(judge(subject)))
    {
    }
}
