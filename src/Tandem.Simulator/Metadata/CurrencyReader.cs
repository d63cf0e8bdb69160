using System.Text.Json;

namespace Tandem.Simulator.Metadata;

/// <summary>Adds what an org with several currencies has. Used by <see cref="MetadataReader"/> once all files are read.</summary>
internal static class CurrencyReader
{
    private const string FieldName = "CurrencyIsoCode";

    private static readonly string[] Currencies = ["USD", "EUR", "JPY"];

    /// <summary>Every object with an amount, and every custom one, names the currency of its records; new ones are in dollars.</summary>
    public static void AddTo(IEnumerable<ObjectDraft> drafts)
    {
        var node = new MetadataNode("several currencies", "$", JsonSerializer.SerializeToElement(new
        {
            name = FieldName,
            label = "Currency ISO Code",
            type = "picklist",
            length = 3,
            values = Currencies,
            restricted = true,
            @default = "USD",
        }));
        foreach (var draft in drafts)
        {
            var hasAmounts = draft.Declared.Any(pair => pair.Field.Type == FieldType.Currency);
            var isNamed = draft.Declared.Any(pair => pair.Field.Name.Equals(FieldName, StringComparison.OrdinalIgnoreCase));
            if (isNamed || !(hasAmounts || draft.Name.EndsWith("__c", StringComparison.Ordinal)))
                continue;
            foreach (var field in FieldReader.Read(node))
                draft.Add(field, node, mustBeCustom: false);
        }
    }
}
