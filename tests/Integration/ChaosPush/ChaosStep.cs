using System.Runtime.InteropServices;

namespace Tandem.Tests.Integration.ChaosPush;

/// <summary>One step: who does what, and numbers that choose among what is there when its turn comes.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ChaosStep(ChaosStepKind Kind, int Writer, int A, int B, int C)
{
    public override string ToString() =>
        Kind > ChaosStepKind.Rollback ? $"{Kind}({A}, {B}, {C})" : $"writer {Writer}: {Kind}({A}, {B}, {C})";
}
