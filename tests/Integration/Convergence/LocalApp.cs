using System.Globalization;
using Npgsql;
using Tandem.Tests.Integration.Sync;

namespace Tandem.Tests.Integration.Convergence;

/// <summary>
/// The user's app: transactions in plain SQL, as an app without knowledge of the sync writes them. It names each row that it inserts,
/// so that afterwards each can be counted.
/// </summary>
internal sealed class LocalApp(NpgsqlDataSource dataSource, string label)
{
    private int _made;

    /// <summary>The names of all rows that were inserted and committed.</summary>
    public HashSet<string> Inserted { get; } = new(StringComparer.Ordinal);

    /// <param name="locked">The sfids of records that someone in the org holds.</param>
    public async Task ActAsync(Step step, IReadOnlyList<string> locked)
    {
        var (kind, a, b, c) = step;
        var names = new List<string>();
        var statements = new List<string>();
        switch (kind)
        {
            case StepKind.AppInsert:
                statements.AddRange(Enumerable.Range(0, 1 + (a % 4)).Select(at => Insert(b + at, c, names)));
                break;
            case StepKind.AppUpdate:
                statements.AddRange(Enumerable.Range(0, 1 + (a % 3)).Select(at => Update(b + at, c + at, locked)));
                break;
            case StepKind.AppDelete:
                statements.Add(Delete(b, c, locked));
                break;
            case StepKind.AppMixed:
                statements.Add(Insert(b, c, names));
                statements.Add(Touch(names[^1]));
                statements.Add(Update(a, c, locked));
                if (a % 3 == 0)
                    statements.Add(Delete(b, c + 1, locked));
                break;
            default:
                return;
        }

        await CommitAsync($"begin; {string.Join("; ", statements)}; commit");
        Inserted.UnionWith(names);
    }

    private static string Quote(string? text) => text is null ? "null" : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static string Row(string table, int choice, IReadOnlyList<string> locked)
    {
        var but = locked.Count == 0 ? "true" : $"(sfid is null or sfid not in ({string.Join(", ", locked.Select(Quote))}))";
        var count = $"greatest(1, (select count(*) from salesforce.{table} where {but}))";
        return $"(select id from salesforce.{table} where {but} order by id "
            + $"offset {choice.ToString(CultureInfo.InvariantCulture)} % {count} limit 1)";
    }

    private string Insert(int which, int choice, List<string> names)
    {
        var name = FormattableString.Invariant($"app {label} {++_made}");
        names.Add(name);
        return (which % 3) switch
        {
            0 => $"insert into salesforce.account (name, ext_id__c, phone, description) values "
                + $"('{name}', '{name}', '{Texts.Phone(choice)}', {Quote(Texts.Description(choice))})",
            1 => $"insert into salesforce.account (name, annualrevenue) values ('{name}', {choice})",
            _ => $"insert into salesforce.contact (lastname, email, birthdate, description) values "
                + $"('{name}', '{Texts.Email(choice)}', '{Texts.Day(choice)}', {Quote(Texts.Description(choice + 1))})",
        };
    }

    private static string Touch(string name) =>
        $"update salesforce.account set phone = '7' where name = '{name}'; update salesforce.contact set firstname = 'x' "
        + $"where lastname = '{name}'";

    private static string Update(int which, int choice, IReadOnlyList<string> locked) => (which % 5) switch
    {
        0 => $"update salesforce.account set numberofemployees = {choice}, phone = '{Texts.Phone(choice)}' "
            + $"where id = {Row("account", choice, locked)}",
        1 => $"update salesforce.account set description = {Quote(Texts.Description(choice))} "
            + $"where id = {Row("account", choice, locked)}",
        2 => $"update salesforce.contact set email = '{Texts.Email(choice)}', donotcall = not coalesce(donotcall, false) "
            + $"where id = {Row("contact", choice, locked)}",
        3 => $"update salesforce.contact set birthdate = null, firstname = 'g{choice}' where id = {Row("contact", choice, locked)}",
        _ => $"update salesforce.contact set description = {Quote(Texts.Description(choice))} "
            + $"where id = {Row("contact", choice, locked)}",
    };

    /// <summary>An account takes its contacts along, so none of them may be locked.</summary>
    private static string Delete(int which, int choice, IReadOnlyList<string> locked)
    {
        var table = which % 4 == 0 && locked.Count == 0 ? "account" : "contact";
        return $"delete from salesforce.{table} where id = {Row(table, choice, locked)}";
    }

    /// <summary>
    /// As an app must that locks several rows in an order of its own: again after a deadlock, which rolled all of it back.
    /// </summary>
    private async Task CommitAsync(string transaction)
    {
        while (true)
        {
            await using var connection = await dataSource.OpenConnectionAsync(SyncWorld.Token);
            try
            {
                await using var command = new NpgsqlCommand(transaction, connection);
                await command.ExecuteNonQueryAsync(SyncWorld.Token);
                return;
            }
            catch (PostgresException exception) when (exception.SqlState == PostgresErrorCodes.DeadlockDetected)
            {
                await using var rollback = new NpgsqlCommand("rollback", connection);
                await rollback.ExecuteNonQueryAsync(SyncWorld.Token);
            }
        }
    }
}
