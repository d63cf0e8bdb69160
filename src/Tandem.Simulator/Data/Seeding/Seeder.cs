using System.Globalization;
using Tandem.Simulator.Metadata;
using Tandem.Simulator.Metadata.Formulas;

namespace Tandem.Simulator.Data.Seeding;

/// <summary>
/// Fills a new org with plausible records. The same seed within the same hour gives the same data, and all of it is older than an
/// hour, so that a first poll with an overlap reads nothing twice by accident. Runs once, before the server listens.
/// </summary>
internal sealed class Seeder(Org org, SimulatorOptions options)
{
    private const int Users = 5;
    private const int Products = 20;

    private readonly Dictionary<string, List<string>> _ids = new(StringComparer.Ordinal);
    private readonly DateTime _end = EndOf(org.TimeProvider);

    public void Run()
    {
        SeedFixed();
        var waiting = org.Types.Where(type => !_ids.ContainsKey(type.Name)).OrderBy(Rank).ThenBy(type => type.Name,
            StringComparer.Ordinal).ToList();
        while (waiting.Count > 0)
        {
            var type = waiting.Find(candidate => candidate.Fields.Where(field => field is { Type: FieldType.Reference, IsNillable: false })
                .All(field => field.ReferenceTo.All(_ids.ContainsKey))) ?? waiting[0];
            waiting.Remove(type);
            Seed(type, RowsOf(type));
        }

        using (org.Gate.Enter())
            org.RecomputeFarReaching();
    }

    private static DateTime EndOf(TimeProvider timeProvider)
    {
        var now = timeProvider.GetUtcNow().UtcDateTime;
        return new DateTime(now.Ticks - (now.Ticks % TimeSpan.TicksPerHour), DateTimeKind.Utc).AddHours(-1);
    }

    /// <summary>Standard objects by their dependence on each other, then the operator's own.</summary>
    private static int Rank(ObjectType type) => type.Name switch { "Product2" => 0, "Account" => 1, "Contact" => 2, _ => type.IsCustom
        ? 4 : 3 };

    private int RowsOf(ObjectType type) => type.SeedRows > 0 ? type.SeedRows : type.Name switch
    {
        "Contact" => options.Rows,
        "Account" => options.Rows / 5,
        "Opportunity" => options.Rows / 2,
        "Lead" or "Case" => options.Rows / 10,
        "Product2" => Products,
        _ => 0,
    };

    /// <summary>The objects whose rows describe the org itself.</summary>
    private void SeedFixed()
    {
        var row = NewRow("Organization");
        AddFixed("Organization", row, ("Name", "Tandem Test Org"), ("OrganizationType", "Developer Edition"), ("InstanceName", "TD0"),
            ("PrimaryContact", "Admin User"));
        AddFixed("Profile", row, ("Name", "System Administrator"), ("UserType", "Standard"), ("PermissionsModifyAllData", true),
            ("PermissionsViewAllData", true), ("PermissionsViewAllUsers", true));
        var profile = _ids.GetValueOrDefault("Profile")?[0];
        for (var number = 1; number <= Users; number++)
        {
            var isAdmin = number == 1;
            var userName = isAdmin ? options.UserName : string.Create(CultureInfo.InvariantCulture, $"user{number}@tandem.test");
            AddFixed("User", row, ("Username", userName), ("Email", isAdmin ? "admin@tandem.test" : userName),
                ("FirstName", isAdmin ? "Admin" : Words.FirstNames[number]), ("LastName", isAdmin ? "User" : Words.LastNames[number]),
                ("Alias", string.Create(CultureInfo.InvariantCulture, $"user{number}")), ("CompanyName", "Tandem Test Org"),
                ("ProfileId", profile));
        }

        AddFixed("RecordType", row, ("Name", "Business Account"), ("DeveloperName", "Business"), ("SobjectType", "Account"),
            ("IsActive", true));
        AddFixed("RecordType", row, ("Name", "Partner Account"), ("DeveloperName", "Partner"), ("SobjectType", "Account"), ("IsActive",
            true));
        AddFixed("Profile", row, ("Name", "Standard User"), ("UserType", "Standard"));
        AddFixed("PermissionSet", row, ("Name", "View_All_Data"), ("Label", "View All Data"), ("PermissionsViewAllData", true));
        AddFixed("Group", row, ("Name", "Support Queue"), ("DeveloperName", "Support_Queue"), ("Type", "Queue"));
        AddFixed("Group", row, ("Name", "Sales Queue"), ("DeveloperName", "Sales_Queue"), ("Type", "Queue"));
        AddFixed("BusinessHours", row, ("Name", "Default"), ("IsActive", true), ("IsDefault", true));
        AddFixed("Pricebook2", row, ("Name", "Standard Price Book"), ("IsActive", true), ("IsStandard", true));
    }

    private void AddFixed(string objectName, RowSeed row, params IReadOnlyList<(string Name, object? Value)> given)
    {
        if (org.FindTable(objectName) is not { } table)
            return;
        row.Next(_end);
        var values = Defaults(table.Type);
        foreach (var (name, value) in given)
        {
            if (table.Type.OrdinalOf(name) is >= 0 and var ordinal)
                values[ordinal] = value;
        }

        Finish(table, values, SystemOrdinals.Of(table.Type), row);
    }

    private void Seed(ObjectType type, int rows)
    {
        if (org.FindTable(type.Name) is not { } table)
            return;
        _ids.TryAdd(type.Name, new List<string>(rows));
        if (type.IsCompact)
        {
            SeedCompact(table, rows);
            return;
        }

        var row = NewRow(type.Name);
        var system = SystemOrdinals.Of(type);
        var sources = type.Fields.Select((field, ordinal) => (Ordinal: ordinal, Make: system.Has(ordinal) ? null
            : FieldSource.For(type, field)))
            .Where(source => source.Make is not null).ToArray();
        var defaults = Defaults(type);
        for (var number = 0; number < rows; number++)
        {
            row.Next(_end);
            var values = (object?[])defaults.Clone();
            foreach (var (ordinal, make) in sources)
                values[ordinal] = make?.Invoke(row);
            Finish(table, values, system, row);
        }
    }

    /// <summary>Indexes each row and lets go of it.</summary>
    private void SeedCompact(ObjectTable table, int rows)
    {
        var type = table.Type;
        var ids = _ids[type.Name];
        var maker = new RowMaker(table, Defaults(type), ids, _ids, (org.AdminUserId, _end, SeedOf(type.Name)));
        for (var number = 1; number <= rows; number++)
        {
            ids.Add(table.NextId());
            var record = new Record(type, maker.Make(number));
            table.Add(record);
            record.Compact(maker, number);
        }
    }

    private void Finish(ObjectTable table, object?[] values, SystemOrdinals system, RowSeed row)
    {
        object created = row.CreatedAt;
        object modified = row.ModifiedAt;
        var users = _ids.GetValueOrDefault("User");
        system.Fill(values, created, modified, users is null ? org.AdminUserId : users[row.Random.Next(users.Count)], org.AdminUserId);
        table.Derived.Fill(values, null, _ => false, row.CreatedAt);
        var formulas = org.Graph.FormulasOf(table.Type);
        if (formulas.Count > 0)
        {
            var formulaRow = new FormulaRow { Values = values, Now = org.Now(), Parent = id => org.FindTableOfId(id)?.Find(id)?.Values };
            foreach (var field in formulas)
                values[field.Key.Ordinal] = field.Formula?.EvaluateFor(field.Field, formulaRow);
        }

        var id = table.NextId();
        values[0] = id;
        table.FillAutoNumbers(values);
        table.Add(new Record(table.Type, values));
        if (!_ids.TryGetValue(table.Type.Name, out var ids))
            _ids[table.Type.Name] = ids = [];
        ids.Add(id);
    }

    private static object?[] Defaults(ObjectType type) =>
        [.. type.Fields.Select(field => field.DefaultValue ?? (field.Type == FieldType.Boolean ? false : null))];

    private RowSeed NewRow(string objectName)
    {
        var random = new SeedRandom(SeedOf(objectName));
        return new RowSeed(random, names =>
        {
            var ids = _ids.GetValueOrDefault(names.Count == 1 ? names[0] : random.Pick(names));
            return ids is { Count: > 0 } ? random.Pick(ids) : null;
        });
    }

    private long SeedOf(string objectName) => objectName.Aggregate((long)options.Seed, (seed, letter) => (seed * 31) + letter);
}
