using Tandem.Simulator.Http;
using Tandem.Simulator.Metadata;

namespace Tandem.Simulator.Soql;

/// <summary>
/// Finds the fields of expressions over single rows and makes their functions. Used by <see cref="QueryBinder"/> and its parts.
/// Source: salesforce-api.md, section 4.
/// </summary>
internal sealed class ExpressionBinder(SoqlQuery query, PathResolver resolver)
{
    private const double EarthRadiusInMiles = 3958.756;
    private const double EarthRadiusInKilometres = 6371.0;

    public BoundField Bind(Expression expression)
    {
        if (expression.Path is { } path)
            return resolver.Resolve(path);
        if (expression is not { Function: { } function, Argument: { } argument })
            throw new InvalidOperationException("The parser makes no expression without a field or a function.");
        if (FunctionNames.IsAggregate(function))
            throw Fault(expression, SoqlFault.MalformedQuery, $"{expression} stands where rows are not put together.");

        return function switch
        {
            SoqlFunction.Distance => BindDistance(expression, argument),
            SoqlFunction.ConvertTimeZone => throw Fault(expression, SoqlFault.MalformedQuery,
                "convertTimezone() stands only in a date function."),
            _ when FunctionNames.IsDatePart(function) => BindDatePart(expression, function, argument),
            _ => Show(expression, Bind(argument)),
        };
    }

    /// <summary>toLabel, FORMAT or convertCurrency of a value that is found already.</summary>
    public BoundField Show(Expression expression, BoundField inner)
    {
        var field = inner.Field;
        return expression.Function switch
        {
            SoqlFunction.ToLabel when ValueComparison.IsText(field.Type) => inner,
            SoqlFunction.ConvertCurrency when field.Type == FieldType.Currency => inner,
            SoqlFunction.Format when inner.Transform is null && !field.IsCompound && field.Type != FieldType.Base64 => Format(inner),
            _ => throw Fault(expression, SoqlFault.InvalidField, $"field '{field.Name}' does not support the function in {expression}"),
        };
    }

    private static BoundField Format(BoundField inner)
    {
        var (field, read, compute) = (inner.Field, inner.Read, inner.Compute);
        return inner with
        {
            Field = field with { Type = field.Type == FieldType.EncryptedString ? field.Type : FieldType.String },
            Read = values => DisplayText.Of(field, read(values)),
            Compute = compute is null ? null : row => DisplayText.Of(field, compute(row)),
            Transform = value => DisplayText.Of(field, value),
        };
    }

    private BoundField BindDatePart(Expression expression, SoqlFunction function, Expression argument)
    {
        if (argument is { Function: SoqlFunction.ConvertTimeZone, Argument: { } moment })
            argument = moment;
        var inner = Bind(argument);
        var type = inner.Field.Type;
        if (type != FieldType.DateTime && (type != FieldType.Date || DatePart.NeedsTime(function)))
        {
            throw Fault(expression, SoqlFault.MalformedQuery,
                $"field '{inner.Field.Name}' does not support the function {FunctionNames.NameOf(function)}: expected a "
                + $"{(DatePart.NeedsTime(function) ? "dateTime" : "date or dateTime")}, found a {type.ToString().ToLowerInvariant()}");
        }

        var read = inner.Read;
        return new BoundField
        {
            Field = new Field
            {
                Name = $"{FunctionNames.NameOf(function)}({inner.Name})",
                Type = function == SoqlFunction.DayOnly ? FieldType.Date : FieldType.Int,
            },
            Owner = inner.Owner,
            Hops = [],
            Sources = [],
            Read = values => DatePart.Of(function, read(values)),
            Compute = row => DatePart.Of(function, inner.Value(row)),
        };
    }

    private BoundField BindDistance(Expression expression, Expression argument)
    {
        var place = Bind(argument);
        var target = expression.Target ?? throw new InvalidOperationException("The parser reads both ends of a distance.");
        var parts = CompoundPart.Of(place.Owner, place.Field);
        var (latitude, longitude) = (OrdinalOf(parts, "latitude"), OrdinalOf(parts, "longitude"));
        if (latitude < 0 || longitude < 0)
        {
            throw Fault(expression, SoqlFault.InvalidField,
                $"field '{place.Field.Name}' does not support DISTANCE(): expected a location or an address");
        }

        var slot = place.Sources[0].Slot;
        return new BoundField
        {
            Field = new Field { Name = $"DISTANCE({place.Name})", Type = FieldType.Double, Scale = 2 },
            Owner = place.Owner,
            Hops = [],
            Sources = [],
            Read = values => Measure(resolver.ValuesAt(slot, values)),
            Compute = row => Measure(slot == RowSource.OwnSlot ? row.Values : row.Parents?[slot]),
        };

        object? Measure(object?[]? values) =>
            values?[latitude] is decimal north && values[longitude] is decimal east ? Distance((double)north, (double)east, target) : null;
    }

    private static int OrdinalOf(IReadOnlyList<CompoundPart> parts, string key) =>
        parts.FirstOrDefault(part => part.Key.Value == key)?.Ordinal ?? -1;

    /// <summary>The way along a great circle, by the haversine formula.</summary>
    private static object Distance(double latitude, double longitude, DistanceTarget target)
    {
        var north = double.DegreesToRadians(target.Latitude - latitude);
        var east = double.DegreesToRadians(target.Longitude - longitude);
        var chord = Math.Pow(Math.Sin(north / 2), 2)
            + (Math.Cos(double.DegreesToRadians(latitude)) * Math.Cos(double.DegreesToRadians(target.Latitude))
                * Math.Pow(Math.Sin(east / 2), 2));
        var radius = target.IsInMiles ? EarthRadiusInMiles : EarthRadiusInKilometres;
        return (decimal)(2 * radius * Math.Asin(Math.Min(1, Math.Sqrt(chord))));
    }

    private ApiException Fault(Expression expression, string errorCode, string reason) =>
        SoqlFault.At(query.Text, expression.Position, errorCode, reason);
}
