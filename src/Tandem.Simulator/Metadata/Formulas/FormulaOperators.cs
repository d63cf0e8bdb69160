namespace Tandem.Simulator.Metadata.Formulas;

/// <summary>The operators of formulas: each checks its two sides and gives the term that joins them.</summary>
internal static class FormulaOperators
{
    public static FormulaTerm Logical(FormulaScope scope, string symbol, FormulaTerm left, FormulaTerm right)
    {
        Expect(scope, left, FormulaKind.Boolean, symbol);
        Expect(scope, right, FormulaKind.Boolean, symbol);
        return symbol is "&&"
            ? Truth(left, row => left.Evaluate(row) is true && right.Evaluate(row) is true)
            : Truth(left, row => left.Evaluate(row) is true || right.Evaluate(row) is true);
    }

    public static FormulaTerm Not(FormulaScope scope, FormulaTerm term)
    {
        Expect(scope, term, FormulaKind.Boolean, "!");
        return Truth(term, row => term.Evaluate(row) is not true);
    }

    public static FormulaTerm Equality(FormulaScope scope, string symbol, FormulaTerm left, FormulaTerm right)
    {
        Unify(scope, left, right, symbol);
        return symbol is "=" or "=="
            ? Truth(left, row => FormulaValue.Same(left.Evaluate(row), right.Evaluate(row)))
            : Truth(left, row => !FormulaValue.Same(left.Evaluate(row), right.Evaluate(row)));
    }

    public static FormulaTerm Order(FormulaScope scope, string symbol, FormulaTerm left, FormulaTerm right)
    {
        if (Unify(scope, left, right, symbol) == FormulaKind.Boolean)
            throw scope.Error(right.Position, $"booleans have no order, so {symbol} does not join them");
        return Truth(left, row => FormulaValue.Compare(left.Evaluate(row), right.Evaluate(row)) is { } order && symbol switch
        {
            "<" => order < 0,
            "<=" => order <= 0,
            ">" => order > 0,
            _ => order >= 0,
        });
    }

    public static FormulaTerm Join(FormulaTerm left, FormulaTerm right) => new(FormulaKind.Text, left.Position, row =>
        FormulaValue.Text(left.Evaluate(row)) + FormulaValue.Text(right.Evaluate(row)));

    /// <summary>Sums of numbers, joined texts, and days added to a date or a moment.</summary>
    public static FormulaTerm Add(FormulaScope scope, FormulaTerm left, FormulaTerm right) => (left.Kind, right.Kind) switch
    {
        (FormulaKind.Text, FormulaKind.Text or FormulaKind.Blank) or (FormulaKind.Blank, FormulaKind.Text) => Join(left, right),
        (FormulaKind.Date or FormulaKind.DateTime, FormulaKind.Number) => Shift(left, right, 1),
        (FormulaKind.Number, FormulaKind.Date or FormulaKind.DateTime) => Shift(right, left, 1),
        _ => Arithmetic(scope, "+", left, right),
    };

    /// <summary>Differences of numbers and, in days, of dates and moments; days taken from a date or a moment.</summary>
    public static FormulaTerm Subtract(FormulaScope scope, FormulaTerm left, FormulaTerm right) => (left.Kind, right.Kind) switch
    {
        (FormulaKind.Date or FormulaKind.DateTime, FormulaKind.Number) => Shift(left, right, -1),
        (FormulaKind.Date, FormulaKind.Date) => new FormulaTerm(FormulaKind.Number, left.Position, row =>
            left.Evaluate(row) is DateOnly a && right.Evaluate(row) is DateOnly b ? (decimal)(a.DayNumber - b.DayNumber) : null),
        (FormulaKind.DateTime, FormulaKind.DateTime) => new FormulaTerm(FormulaKind.Number, left.Position, row =>
            left.Evaluate(row) is DateTime a && right.Evaluate(row) is DateTime b ? (a - b).Ticks / (decimal)TimeSpan.TicksPerDay : null),
        _ => Arithmetic(scope, "-", left, right),
    };

    public static FormulaTerm Arithmetic(FormulaScope scope, string symbol, FormulaTerm left, FormulaTerm right)
    {
        Expect(scope, left, FormulaKind.Number, symbol);
        Expect(scope, right, FormulaKind.Number, symbol);
        return new FormulaTerm(FormulaKind.Number, left.Position, row =>
            FormulaValue.Number(left.Evaluate(row)) is { } a && FormulaValue.Number(right.Evaluate(row)) is { } b
                ? Calculate(symbol, a, b) : null);
    }

    /// <summary>The kind of two terms that must be alike; a blank is like everything.</summary>
    public static FormulaKind Unify(FormulaScope scope, FormulaTerm left, FormulaTerm right, string where)
    {
        if (left.Kind == right.Kind || right.Kind == FormulaKind.Blank)
            return left.Kind;
        return left.Kind == FormulaKind.Blank ? right.Kind : throw scope.Error(right.Position,
            $"{where} joins a {FormulaParser.Name(left.Kind)} with a {FormulaParser.Name(right.Kind)}; expected two of one kind");
    }

    private static object? Calculate(string symbol, decimal a, decimal b) => symbol switch
    {
        "+" => a + b,
        "-" => a - b,
        "*" => a * b,
        "/" => b == 0 ? null : a / b,
        _ => FormulaValue.OfDouble(Math.Pow((double)a, (double)b)),
    };

    private static FormulaTerm Shift(FormulaTerm moment, FormulaTerm days, int sign) => new(moment.Kind, moment.Position, row =>
    {
        if (FormulaValue.Number(days.Evaluate(row)) is not { } number || Math.Abs(number) > 3_000_000)
            return null;
        return moment.Evaluate(row) switch
        {
            DateOnly date when date.DayNumber + (sign * (int)number) is >= 0 and <= 3_652_058 and var day => DateOnly.FromDayNumber(day),
            DateTime at when at.Ticks + (decimal)sign * number * TimeSpan.TicksPerDay is >= 0 and var ticks
                && ticks <= DateTime.MaxValue.Ticks => new DateTime((long)ticks, DateTimeKind.Utc),
            _ => null,
        };
    });

    private static FormulaTerm Truth(FormulaTerm first, Func<FormulaRow, bool> judge) =>
        new(FormulaKind.Boolean, first.Position, row => FormulaValue.Truth(judge(row)));

    private static void Expect(FormulaScope scope, FormulaTerm term, FormulaKind kind, string symbol)
    {
        if (term.Kind != kind && term.Kind != FormulaKind.Blank)
            throw scope.Error(term.Position,
                $"expected a {FormulaParser.Name(kind)} for {symbol}, found a {FormulaParser.Name(term.Kind)}");
    }
}
