namespace Tandem.Simulator.Metadata.Formulas;

/// <summary>The functions over numbers; a blank argument makes the result blank.</summary>
internal static class NumberFunctions
{
    public static IEnumerable<KeyValuePair<string, Func<FormulaCall, FormulaTerm>>> All =>
    [
        new("ROUND", Round),
        new("ABS", call => Map(call, number => Math.Abs(number))),
        new("FLOOR", call => Map(call, number => decimal.Truncate(number))),
        new("CEILING", call => Map(call, number => number < 0 ? decimal.Floor(number) : decimal.Ceiling(number))),
        new("MFLOOR", call => Map(call, number => decimal.Floor(number))),
        new("MCEILING", call => Map(call, number => decimal.Ceiling(number))),
        new("SQRT", call => Map(call, number => FormulaValue.OfDouble(Math.Sqrt((double)number)))),
        new("EXP", call => Map(call, number => FormulaValue.OfDouble(Math.Exp((double)number)))),
        new("LN", call => Map(call, number => FormulaValue.OfDouble(Math.Log((double)number)))),
        new("LOG", call => Map(call, number => FormulaValue.OfDouble(Math.Log10((double)number)))),
        new("MIN", call => Extreme(call, Math.Min)),
        new("MAX", call => Extreme(call, Math.Max)),
        new("MOD", Mod),
    ];

    private static FormulaTerm Map(FormulaCall call, Func<decimal, object?> map)
    {
        var number = call.Takes(1, 1).Number(0);
        return call.Gives(FormulaKind.Number, row => number(row) is { } value ? map(value) : null);
    }

    /// <summary>Half away from zero; a negative count of digits rounds left of the point.</summary>
    private static FormulaTerm Round(FormulaCall call)
    {
        var (number, digits) = (call.Takes(2, 2).Number(0), call.Number(1));
        return call.Gives(FormulaKind.Number, row =>
        {
            if (number(row) is not { } value || digits(row) is not { } count)
                return null;
            var places = (int)Math.Clamp(count, -18, 18);
            if (places >= 0)
                return decimal.Round(value, places, MidpointRounding.AwayFromZero);
            var step = 1m;
            for (var at = 0; at > places; at--)
                step *= 10;
            return decimal.Round(value / step, 0, MidpointRounding.AwayFromZero) * step;
        });
    }

    private static FormulaTerm Extreme(FormulaCall call, Func<decimal, decimal, decimal> choose)
    {
        call.Takes(1, int.MaxValue);
        var numbers = Enumerable.Range(0, call.Count).Select(call.Number).ToArray();
        return call.Gives(FormulaKind.Number, row =>
        {
            decimal? best = null;
            foreach (var number in numbers)
            {
                if (number(row) is not { } value)
                    return null;
                best = best is { } other ? choose(other, value) : value;
            }

            return best;
        });
    }

    private static FormulaTerm Mod(FormulaCall call)
    {
        var (number, divisor) = (call.Takes(2, 2).Number(0), call.Number(1));
        return call.Gives(FormulaKind.Number, row => number(row) is { } a && divisor(row) is { } b && b != 0 ? a % b : null);
    }
}
