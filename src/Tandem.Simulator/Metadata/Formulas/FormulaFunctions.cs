using System.Collections.Frozen;

namespace Tandem.Simulator.Metadata.Formulas;

/// <summary>All functions of formulas by name, each with what compiles a call of it.</summary>
internal static class FormulaFunctions
{
    private static readonly FrozenDictionary<string, Func<FormulaCall, FormulaTerm>> Functions =
        LogicFunctions.All.Concat(TextFunctions.All).Concat(NumberFunctions.All).Concat(DateFunctions.All)
            .ToFrozenDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);

    public static FormulaTerm Call(FormulaCall call) => Functions.TryGetValue(call.Name, out var compile) ? compile(call)
        : throw call.Scope.Error(call.Position, $"there is no function {call.Name}");
}
