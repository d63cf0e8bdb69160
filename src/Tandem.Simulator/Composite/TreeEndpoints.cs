using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Simulator.Data;
using Tandem.Simulator.Http;
using Tandem.Simulator.Records;

namespace Tandem.Simulator.Composite;

/// <summary>Creates records together with the records below them, level by level in one transaction: all of them or none. Source:
/// salesforce-api.md, section 2.8.</summary>
internal static class TreeEndpoints
{
    public static void Map(IEndpointRouteBuilder routes, Org org, RecordSaver saver) =>
        routes.MapPost("/services/data/v{version}/composite/tree/{object}", context => Create(context, org, saver));

    private static async Task Create(HttpContext context, Org org, RecordSaver saver)
    {
        var table = ApiRequest.Table(context, org);
        using var body = await ApiRequest.ReadJsonAsync(context);
        var tree = new TreeReader(org);
        tree.Read(table, body.RootElement);
        if (tree.Errors.Count > 0)
        {
            await WriteErrorsAsync(context, tree.Errors);
            return;
        }

        using (var open = await saver.OpenAsync(ApiRequest.Caller(context), context.RequestAborted))
        {
            var caller = ApiRequest.Caller(context) with { Transaction = open.Transaction };
            foreach (var level in tree.Nodes.GroupBy(node => node.Level).OrderBy(level => level.Key))
                await SaveAsync(org, saver, [.. level.Where(node => node.Parent?.Result is null or { IsSuccess: true })], caller,
                    context.RequestAborted);
            if (tree.Nodes.All(node => node.Result is { IsSuccess: true }))
                open.Commit();
        }

        var failures = tree.Nodes.SelectMany(node => (node.Result?.Errors ?? []).Select(error => (node.ReferenceId, error))).ToList();
        if (failures.Count > 0)
            await WriteErrorsAsync(context, failures);
        else
            await WriteSavedAsync(context, tree.Nodes);
    }

    private static async Task SaveAsync(
        Org org, RecordSaver saver, IReadOnlyList<TreeNode> nodes, Caller caller, CancellationToken cancellationToken)
    {
        var drafts = nodes.Select(node => Draft(org, node)).ToList();
        var results = await saver.CreateAsync(drafts, allOrNone: false, caller, cancellationToken);
        for (var at = 0; at < nodes.Count; at++)
            nodes[at].Result = results[at];
    }

    private static RecordDraft Draft(Org org, TreeNode node)
    {
        var draft = DraftReader.Read(org, node.Table, null, node.Json, new MemberNames(node.Table.Type), TreeReader.IsChildren);
        return node.Parent is null ? draft
            : draft with { Values = FieldValues.Of(draft.Values).With(node.ParentOrdinal, node.Parent.Result?.Id) };
    }

    private static Task WriteSavedAsync(HttpContext context, IReadOnlyList<TreeNode> nodes) =>
        JsonAnswer.WriteAsync(context, StatusCodes.Status201Created, writer =>
        {
            writer.WriteStartObject();
            writer.WriteBoolean("hasErrors", false);
            writer.WriteStartArray("results");
            foreach (var node in nodes)
            {
                writer.WriteStartObject();
                writer.WriteString("referenceId", node.ReferenceId);
                writer.WriteString("id", node.Result?.Id);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });

    private static Task WriteErrorsAsync(HttpContext context, IReadOnlyList<(string ReferenceId, SaveError Error)> errors) =>
        JsonAnswer.WriteAsync(context, StatusCodes.Status400BadRequest, writer =>
        {
            writer.WriteStartObject();
            writer.WriteBoolean("hasErrors", true);
            writer.WriteStartArray("results");
            foreach (var group in errors.GroupBy(pair => pair.ReferenceId, StringComparer.Ordinal))
            {
                writer.WriteStartObject();
                writer.WriteString("referenceId", group.Key);
                writer.WriteStartArray("errors");
                foreach (var (_, error) in group)
                    error.Write(writer);
                writer.WriteEndArray();
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
}
