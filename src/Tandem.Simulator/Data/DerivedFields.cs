using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Data;

/// <summary>
/// The fields of an object that the platform fills by itself: names from their parts, amounts from factors. Saves and the
/// seed call it last, when all written values stand.
/// </summary>
internal sealed class DerivedFields
{
    private static readonly Dictionary<string, decimal> StageProbabilities = new(StringComparer.Ordinal)
    {
        ["Prospecting"] = 10, ["Qualification"] = 10, ["Needs Analysis"] = 20, ["Value Proposition"] = 50, ["Id. Decision Makers"] = 60,
        ["Perception Analysis"] = 70, ["Proposal/Price Quote"] = 75, ["Negotiation/Review"] = 90, ["Closed Won"] = 100, ["Closed Lost"] = 0,
    };

    private static readonly object True = true;
    private static readonly object False = false;

    private readonly ObjectType _type;
    private readonly List<(int Ordinal, Field Field)> _fields = [];
    private readonly int _stage;
    private readonly int _amount;
    private readonly int _probability;
    private readonly int _quantity;
    private readonly int _unitPrice;
    private readonly int _total;
    private readonly int _body;
    private readonly int _firstName;
    private readonly int _lastName;

    public DerivedFields(ObjectType type)
    {
        _type = type;
        _stage = Math.Max(type.OrdinalOf("StageName"), type.OrdinalOf("Status"));
        _amount = type.OrdinalOf("Amount");
        _probability = type.OrdinalOf("Probability");
        _quantity = type.OrdinalOf("Quantity");
        _unitPrice = type.OrdinalOf("UnitPrice");
        _total = type.OrdinalOf("TotalPrice");
        _body = Math.Max(type.OrdinalOf("Body"), type.OrdinalOf("VersionData"));
        _firstName = type.OrdinalOf("FirstName");
        _lastName = type.OrdinalOf("LastName");
        for (var ordinal = 0; ordinal < type.Fields.Count; ordinal++)
        {
            var field = type.Fields[ordinal];
            if (field.Derivation != Derivation.None)
                _fields.Add((ordinal, field));
        }
    }

    /// <summary>Fills the fields; <paramref name="before"/> is null for a new record, <paramref name="given"/> tells what was
    /// written.</summary>
    public void Fill(object?[] values, object?[]? before, Func<int, bool> given, DateTime stamp)
    {
        foreach (var (ordinal, field) in _fields)
            values[ordinal] = Derive(ordinal, field, values, before, given, stamp);
    }

    private object? Derive(int ordinal, Field field, object?[] values, object?[]? before, Func<int, bool> given, DateTime stamp)
    {
        switch (field.Derivation)
        {
            case Derivation.PersonName:
                return PersonName(values);
            case Derivation.ExpectedRevenue:
                var amount = Value(values, _amount) as decimal?;
                var probability = Value(values, _probability) as decimal? ?? 0;
                return amount is null ? null : Fit(field, amount * probability / 100);
            case Derivation.IsClosed:
                return IsClosed(values) ? True : False;
            case Derivation.IsWon:
                return values[_stage] is "Closed Won" ? True : False;
            case Derivation.ClosedDate:
                return !IsClosed(values) ? null : before?[ordinal] ?? stamp;
            case Derivation.StageProbability:
                var isSame = before is not null && Equals(before[_stage], values[_stage]);
                return given(ordinal) || isSame || values[_stage] is not string stage || !StageProbabilities.TryGetValue(stage,
                    out var known)
                    ? values[ordinal] : known;
            case Derivation.BodyLength:
                return Value(values, _body) is byte[] body ? body.Length : 0;
            case Derivation.LineTotal:
                return given(ordinal) && !given(_unitPrice) ? values[ordinal]
                    : Fit(field, Number(values, _quantity) * Number(values, _unitPrice));
            case Derivation.LineUnitPrice:
                return given(ordinal) || !given(_total) || Number(values, _quantity) is not { } quantity || quantity == 0
                    ? values[ordinal] : Fit(field, Number(values, _total) / quantity);
            default:
                throw new InvalidOperationException($"{_type.Name}.{field.Name} is derived in an unknown way: {field.Derivation}.");
        }
    }

    private bool IsClosed(object?[] values) => values[_stage] is string stage && stage.StartsWith("Closed", StringComparison.Ordinal);

    private string? PersonName(object?[] values)
    {
        var first = Value(values, _firstName) as string;
        var last = Value(values, _lastName) as string;
        return first is null ? last : $"{first} {last}";
    }

    private static decimal? Number(object?[] values, int ordinal) => Value(values, ordinal) as decimal?;

    private static object? Value(object?[] values, int ordinal) => ordinal >= 0 ? values[ordinal] : null;

    private static decimal? Fit(Field field, decimal? number) =>
        number is { } value ? decimal.Round(value, field.Scale, MidpointRounding.AwayFromZero) : null;
}
