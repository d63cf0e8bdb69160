using Shouldly;
using Tandem.Sync.Diagnose;

namespace Tandem.Tests.Integration.Diagnose;

/// <summary>What tests say of a result.</summary>
internal static class JudgedResult
{
    public static void ShouldBe(this DiagnosisResult result, DiagnosisStatus status, string words = "")
    {
        result.Status.ShouldBe(status, result.Message);
        result.Message.ShouldContain(words, Case.Sensitive);
        result.Message.ShouldEndWith(".");
    }

    public static void ShouldBe(this Judgement judgement, DiagnosisStatus status, string words = "")
    {
        judgement.Status.ShouldBe(status, judgement.Message);
        judgement.Message.ShouldContain(words, Case.Sensitive);
        judgement.Message.ShouldEndWith(".");
    }
}
