using Tandem.Salesforce.Describe;

namespace Tandem.Sync.Freshness;

/// <summary>
/// Follows a derived field's formula through the formulas that it refers to, on its own object and on its parents', and collects what
/// the value hangs on. What cannot be followed is named, never guessed.
/// </summary>
/// <param name="describe">Null for an object that the integration user may not see.</param>
public sealed class DependencyFinder(Func<string, CancellationToken, Task<SObjectDescription?>> describe)
{
    /// <summary>Formulas within formulas; Salesforce's own limits end far before.</summary>
    private const int DeepestNesting = 10;

    private static readonly FieldType[] RollUpTypes =
        [FieldType.Double, FieldType.Currency, FieldType.Percent, FieldType.Int, FieldType.Date, FieldType.DateTime];

    public async Task<FieldDependencies> FindAsync(
        SObjectDescription description, FieldDescription field, CancellationToken cancellationToken)
    {
        var found = new Findings();
        await VisitAsync(description, field, [], [], found, cancellationToken);
        return new FieldDependencies
        {
            Field = field.Name,
            IsRollUp = IsRollUp(description, field),
            Parents = [.. found.Parents.Values.OrderBy(path => path.Name, StringComparer.Ordinal)],
            UsesDay = found.UsesDay,
            UsesMoment = found.UsesMoment,
            Unknowns = [.. found.Unknowns],
            Formulas = [.. found.Formulas],
        };
    }

    /// <summary>
    /// Describe shows neither a roll-up's definition nor a formula that is kept from the user; only a master can have the former.
    /// </summary>
    private static bool IsRollUp(SObjectDescription description, FieldDescription field) =>
        field is { IsCalculated: true, CalculatedFormula: null } && RollUpTypes.Contains(field.Type)
        && description.ChildRelationships.Any(child => child.IsCascadeDelete);

    private async Task VisitAsync(
        SObjectDescription description,
        FieldDescription field,
        IReadOnlyList<Hop> way,
        IReadOnlyList<string> trail,
        Findings found,
        CancellationToken cancellationToken)
    {
        if (IsRollUp(description, field))
            return;
        var key = $"{description.Name}.{field.Name}";
        if (field.CalculatedFormula is not { } text)
        {
            found.Unknowns.Add($"the formula of {key}, which the org does not show to the integration user");
            return;
        }

        if (trail.Contains(key, StringComparer.OrdinalIgnoreCase) || trail.Count >= DeepestNesting)
        {
            found.Unknowns.Add($"{key} through more than {DeepestNesting} formulas");
            return;
        }

        if (!found.Visited.Add($"{key} by {string.Join('.', way.Select(hop => $"{hop.Relationship}:{hop.Target}"))}"))
            return;
        found.Formulas.Add($"{key} = {text}");
        var references = FormulaText.Read(text);
        Note(references, key, found);
        foreach (var path in references.Fields.Order(StringComparer.OrdinalIgnoreCase))
            await FollowAsync(description, path, way, [.. trail, key], found, cancellationToken);
    }

    private static void Note(FormulaReferences references, string key, Findings found)
    {
        found.UsesDay |= references.Functions.Overlaps(FormulaFunctions.OfTheDay);
        found.UsesMoment |= references.Functions.Overlaps(FormulaFunctions.OfTheMoment);
        if (!references.IsReadable)
            found.Unknowns.Add($"the formula of {key}, whose text does not end as it should");
        foreach (var function in references.Functions.Order(StringComparer.Ordinal))
        {
            if (!FormulaFunctions.Steady.Contains(function) && !FormulaFunctions.OfTheDay.Contains(function)
                && !FormulaFunctions.OfTheMoment.Contains(function))
                found.Unknowns.Add($"the function {function}");
        }

        foreach (var global in references.Globals.Order(StringComparer.Ordinal))
        {
            // The origin of the calendar, which formulas use to reckon with moments, never moves.
            if (!global.Equals("$System.OriginDateTime", StringComparison.OrdinalIgnoreCase))
                found.Unknowns.Add(global);
        }
    }

    /// <summary>Walks to the field that a path names; every parent on the way counts, for its own lookup may change.</summary>
    private async Task FollowAsync(
        SObjectDescription description,
        string path,
        IReadOnlyList<Hop> way,
        IReadOnlyList<string> trail,
        Findings found,
        CancellationToken cancellationToken)
    {
        var parts = path.Split('.');
        var present = description;
        foreach (var (index, part) in parts[..^1].Index())
        {
            var (hop, trouble) = FindHop(present, part);
            if (hop is null)
            {
                found.Unknowns.Add(trouble);
                return;
            }

            way = [.. way, hop];
            if (await describe(hop.Target, cancellationToken) is not { IsQueryable: true } target
                || target.FindField("SystemModstamp") is null)
            {
                found.Unknowns.Add($"{hop.Target}, whose changes the integration user cannot ask for");
                return;
            }

            present = target;
            // An id never changes: only the way to it does.
            var isOnlyId = index == parts.Length - 2 && parts[^1].Equals("Id", StringComparison.OrdinalIgnoreCase);
            if (!isOnlyId)
                Add(way, found);
        }

        if (present.FindField(parts[^1]) is not { } field)
            found.Unknowns.Add($"{present.Name}.{parts[^1]}, which the integration user may not see");
        else if (field.IsCalculated)
            await VisitAsync(present, field, way, trail, found, cancellationToken);
    }

    private static (Hop? Hop, string Trouble) FindHop(SObjectDescription description, string part)
    {
        var names = part.Split(':');
        var lookup = description.Fields.FirstOrDefault(
            field => names[0].Equals(field.RelationshipName, StringComparison.OrdinalIgnoreCase));
        if (lookup is not { RelationshipName: { } relationship })
            return (null, $"the relationship {names[0]} of {description.Name}, which the integration user may not see");
        var asked = names.Length > 1 ? names[1] : null;
        if (asked is null && lookup.ReferenceTo.Count != 1)
            return (null, $"the relationship {relationship} of {description.Name}, which leads to several objects");

        // A formula says Queue where the object is Group.
        var target = asked is null ? lookup.ReferenceTo[0]
            : asked.Equals("Queue", StringComparison.OrdinalIgnoreCase) ? "Group" : asked;
        return (
            new Hop
            {
                Relationship = relationship,
                LookupField = lookup.Name,
                Target = target,
                IsPolymorphic = lookup.ReferenceTo.Count > 1,
            },
            "");
    }

    private static void Add(IReadOnlyList<Hop> way, Findings found)
    {
        var path = new RelationshipPath { Hops = way };
        if (path.IsPlain || path.SemiJoinHop is not null)
            found.Parents[path.Name] = path;
        else
            found.Unknowns.Add($"{path.Name}, which is too far for a query");
    }

    private sealed class Findings
    {
        public Dictionary<string, RelationshipPath> Parents { get; } = new(StringComparer.Ordinal);

        public SortedSet<string> Unknowns { get; } = new(StringComparer.Ordinal);

        public SortedSet<string> Formulas { get; } = new(StringComparer.Ordinal);

        public HashSet<string> Visited { get; } = new(StringComparer.OrdinalIgnoreCase);

        public bool UsesDay { get; set; }

        public bool UsesMoment { get; set; }
    }
}
