namespace Tandem.Simulator.Soql;

/// <summary>Reads fields and functions of fields. Source: salesforce-api.md, section 4.</summary>
internal sealed class ExpressionParser(TokenReader tokens)
{
    public Expression Parse()
    {
        var start = tokens.Current;
        if (start.Kind != TokenKind.Word || !tokens.Ahead(1).IsSymbol("("))
            return new Expression { Path = tokens.TakePath(), Position = start.Position };
        return FunctionNames.Find(start.Text) is { } function
            ? tokens.Nested(() => ParseFunction(function))
            : throw tokens.Unexpected(tokens.Ahead(1));
    }

    private Expression ParseFunction(SoqlFunction function)
    {
        var position = tokens.Take().Position;
        tokens.ExpectSymbol("(");
        var argument = Parse();
        var target = function == SoqlFunction.Distance ? ParseTarget() : null;
        tokens.ExpectSymbol(")");
        return new Expression { Function = function, Argument = argument, Target = target, Position = position };
    }

    private DistanceTarget ParseTarget()
    {
        tokens.ExpectSymbol(",");
        var position = tokens.Current.Position;
        tokens.Expect("GEOLOCATION");
        tokens.ExpectSymbol("(");
        var latitude = tokens.TakeNumber();
        tokens.ExpectSymbol(",");
        var longitude = tokens.TakeNumber();
        tokens.ExpectSymbol(")");
        if (latitude is < -90 or > 90 || longitude is < -180 or > 180)
        {
            throw tokens.Fault(position, SoqlFault.MalformedQuery,
                "GEOLOCATION takes a latitude from -90 to 90 and a longitude from -180 to 180.");
        }

        tokens.ExpectSymbol(",");
        var unit = tokens.Take();
        return unit is { Kind: TokenKind.Text, Text: "mi" or "km" }
            ? new DistanceTarget { Latitude = latitude, Longitude = longitude, IsInMiles = unit.Text == "mi" }
            : throw tokens.Fault(unit.Position, SoqlFault.MalformedQuery, "The unit of a distance is 'mi' or 'km'.");
    }
}
