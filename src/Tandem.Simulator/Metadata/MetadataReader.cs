using System.Text.Json;
using Tandem.Simulator.Metadata.Formulas;

namespace Tandem.Simulator.Metadata;

/// <summary>
/// Reads metadata files into the org's objects: first the embedded standard ones, then the file that the operator names, whose
/// objects are new or add fields to a standard one. The simulator calls it once, at start.
/// </summary>
internal static class MetadataReader
{
    private const string EmbeddedFolder = "Standard/";
    private const string PrefixLetters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static readonly string[] Members =
    [
        "name", "label", "labelPlural", "keyPrefix", "owner", "recycleBin", "createable", "updateable", "deletable", "bulk", "mergeable",
        "history", "share", "queues", HistoryReader.TrackHistory, "rows", "compact", "fields",
        RuleReader.ValidationRules, RuleReader.DuplicateRules, RuleReader.AssignmentRules,
    ];

    private static readonly string[] ExtendingMembers =
    [
        "name", HistoryReader.TrackHistory, "rows", "compact", "fields", RuleReader.ValidationRules, RuleReader.DuplicateRules,
        RuleReader.AssignmentRules,
    ];

    /// <summary>The standard objects and those of the file, in the order of their reading.</summary>
    /// <exception cref="MetadataException">The file is missing, is no JSON or does not describe objects.</exception>
    /// <param name="hasSeveralCurrencies">Gives every object with amounts the field that names their currency.</param>
    public static IReadOnlyList<ObjectType> Load(string? metadataFile, bool hasSeveralCurrencies = false)
    {
        var drafts = new List<ObjectDraft>();
        var assembly = typeof(MetadataReader).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(EmbeddedFolder, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal))
        {
            using var stream = assembly.GetManifestResourceStream(name)
                ?? throw new InvalidOperationException($"The assembly lists the resource {name} and does not hold it.");
            using var document = JsonDocument.Parse(stream);
            Read(name, document.RootElement, drafts);
        }

        if (metadataFile is not null)
            ReadText(metadataFile, ReadFile(metadataFile), drafts);
        if (hasSeveralCurrencies)
            CurrencyReader.AddTo(drafts);
        return Finish(drafts);
    }

    /// <summary>The standard objects and those of a text; tests use it to spell metadata where they assert.</summary>
    internal static IReadOnlyList<ObjectType> Parse(string file, string json)
    {
        var drafts = new List<ObjectDraft>();
        ReadText(file, json, drafts);
        return Finish(drafts);
    }

    /// <summary>One more object for an org that has others: it may refer to them and takes no key prefix of theirs. Its formulas are
    /// checked when it joins them.</summary>
    internal static ObjectType ParseObject(string file, JsonElement json, IReadOnlyList<ObjectType> others)
    {
        var name = new MetadataNode(file, "$", json).Text("name");
        var drafts = new List<ObjectDraft>();
        foreach (var other in others.Where(other => !other.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))
        {
            var declaration = new { name = other.Name, keyPrefix = other.KeyPrefix, fields = Array.Empty<object>() };
            ReadObject(new MetadataNode(file, "$", JsonSerializer.SerializeToElement(declaration)), drafts);
        }

        var node = new MetadataNode(file, "$", json);
        if (node.Has(HistoryReader.TrackHistory))
            throw node.Error(HistoryReader.TrackHistory, "an object starts its history in the metadata file, not while the org runs.");
        ReadObject(node, drafts);
        return Build(drafts)[^1];
    }

    private static string ReadFile(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new MetadataException(path, "$", $"the file cannot be read: {exception.Message}");
        }
    }

    private static void ReadText(string file, string json, List<ObjectDraft> drafts)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
            Read(file, document.RootElement, drafts);
        }
        catch (JsonException exception)
        {
            throw new MetadataException(file,
                "$", $"this is no JSON, at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}.");
        }
    }

    private static void Read(string file, JsonElement root, List<ObjectDraft> drafts)
    {
        var node = new MetadataNode(file, "$", root);
        node.ExpectOnly(["objects"]);
        foreach (var item in node.Objects("objects"))
            ReadObject(item, drafts);
    }

    private static void ReadObject(MetadataNode node, List<ObjectDraft> drafts)
    {
        node.ExpectOnly(Members);
        var name = node.Text("name");
        var draft = drafts.Find(other => other.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
        var isExtension = draft is not null;
        if (draft is null)
        {
            draft = NewDraft(node, name, drafts);
            drafts.Add(draft);
        }
        else if (Members.Except(ExtendingMembers, StringComparer.Ordinal).FirstOrDefault(node.Has) is { } member)
        {
            throw node.Error(member, $"{name} exists already; this file can only add fields, rows and rules to it.");
        }

        draft.Rows = node.Number("rows", draft.Rows, 0, 10_000_000);
        if (node.Flag("compact", false))
            draft.CompactNode = node;
        RuleReader.Read(node, draft);
        HistoryReader.Read(node, draft);
        foreach (var fieldNode in isExtension && !node.Has("fields") ? [] : node.Objects("fields"))
        {
            foreach (var field in FieldReader.Read(fieldNode))
                draft.Add(field, fieldNode, isExtension);
        }
    }

    private static ObjectDraft NewDraft(MetadataNode node, string name, List<ObjectDraft> drafts)
    {
        if (!name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '_') || !char.IsAsciiLetter(name[0]))
            throw node.Error("name", $"{name} is no object name: expected letters, digits and underscores.");
        var prefix = node.OptionalText("keyPrefix") ?? FreePrefix(node, drafts);
        if (prefix.Length != 3 || !prefix.All(char.IsAsciiLetterOrDigit))
            throw node.Error("keyPrefix", $"{prefix} is no key prefix: expected three letters or digits.");
        if (drafts.Find(other => string.Equals(other.KeyPrefix, prefix, StringComparison.Ordinal)) is { } taken)
            throw node.Error("keyPrefix", $"{prefix} is the key prefix of {taken.Name} already.");
        var label = node.OptionalText("label") ?? name.Replace("__c", "", StringComparison.Ordinal).Replace('_', ' ');
        return new ObjectDraft
        {
            Node = node,
            Name = name,
            Label = label,
            LabelPlural = node.OptionalText("labelPlural") ?? label + "s",
            KeyPrefix = prefix,
            HasOwner = node.Has("owner") ? node.Flag("owner", true) : null,
            HasRecycleBin = node.Flag("recycleBin", true),
            IsCreateable = node.Flag("createable", true),
            IsUpdateable = node.Flag("updateable", true),
            IsDeletable = node.Flag("deletable", true),
            IsBulkSupported = node.Flag("bulk", true),
            IsMergeable = node.Flag("mergeable", false),
            IsHistory = node.Flag("history", false),
            IsShare = node.Flag("share", false),
            HasQueues = node.Flag("queues", false),
        };
    }

    /// <summary>The first of a custom object's prefixes, a00 to azz, that is free. Source: salesforce-api.md, section 8.1.</summary>
    private static string FreePrefix(MetadataNode node, List<ObjectDraft> drafts)
    {
        var taken = drafts.Select(draft => draft.KeyPrefix).ToHashSet(StringComparer.Ordinal);
        for (var number = 0; number < PrefixLetters.Length * PrefixLetters.Length; number++)
        {
            var prefix = $"a{PrefixLetters[number / PrefixLetters.Length]}{PrefixLetters[number % PrefixLetters.Length]}";
            if (!taken.Contains(prefix))
                return prefix;
        }

        throw node.Error("keyPrefix", "no key prefix is free: expected fewer than 3844 objects, or a keyPrefix that is given.");
    }

    /// <summary>What computes from other rows, or counts, has to be kept and cannot be made again.</summary>
    private static void CheckCompact(ObjectType type, MetadataNode? node)
    {
        if (node is { } asked && type.Fields.FirstOrDefault(field => field.IsCalculated || field.IsAutoNumber) is { } field)
        {
            throw asked.Error(
                "compact", $"{type.Name} cannot be compact: it has the field {field.Name}; expected no formula, roll-up or auto-number.");
        }
    }

    private static List<ObjectType> Finish(List<ObjectDraft> drafts)
    {
        // The list grows by the objects that hold the histories.
        foreach (var history in drafts.ToArray().Select(draft => HistoryReader.MakeObject(draft, drafts)).OfType<MetadataNode>())
            ReadObject(history, drafts);
        var types = Build(drafts);
        Check(types, drafts);
        foreach (var (draft, type) in drafts.Zip(types))
        {
            RuleReader.Check(draft, type, name => types.Find(other => other.Name.Equals(name, StringComparison.OrdinalIgnoreCase)));
            HistoryReader.Check(draft, type);
            CheckCompact(type, draft.CompactNode);
        }

        return types;
    }

    private static List<ObjectType> Build(List<ObjectDraft> drafts)
    {
        var types = drafts.ConvertAll(draft => draft.Build());
        var names = types.Select(type => type.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (draft, type) in drafts.Zip(types))
        {
            foreach (var (field, node) in draft.Declared)
            {
                if (field.ReferenceTo.FirstOrDefault(name => !names.Contains(name)) is { } missing)
                    throw node.Error("referenceTo", $"there is no object {missing}.");
                if (field.CompoundFieldName is { } compound && type.OrdinalOf(compound) < 0)
                    throw node.Error("compound", $"{type.Name} has no field {compound}.");
            }
        }

        return types;
    }

    private static void Check(List<ObjectType> types, List<ObjectDraft> drafts)
    {
        try
        {
            _ = new FieldGraph(types);
        }
        catch (ComputedFieldException exception)
        {
            var (_, node) = drafts[types.IndexOf(exception.Key.Type)].Declared
                .First(pair => string.Equals(pair.Field.Name, exception.Key.Field.Name, StringComparison.Ordinal));
            throw node.Error(exception.Member, exception.Problem);
        }
    }
}
