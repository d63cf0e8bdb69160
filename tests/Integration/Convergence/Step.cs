using System.Runtime.InteropServices;

namespace Tandem.Tests.Integration.Convergence;

/// <summary>One step: what is done, and numbers that choose among what is there when its turn comes.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Step(StepKind Kind, int A, int B, int C)
{
    public override string ToString() => $"{Kind}({A}, {B}, {C})";
}
