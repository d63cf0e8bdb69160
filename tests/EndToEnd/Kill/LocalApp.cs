using System.Globalization;
using Npgsql;

namespace Tandem.Tests.EndToEnd.Kill;

/// <summary>
/// An app that knows nothing of Tandem and writes by plain SQL all the time: contacts, which have no unique identifier, accounts,
/// which have one, and a column of seeded contacts that nobody else writes. It remembers what each commit made of each row.
/// </summary>
internal sealed class LocalApp(NpgsqlDataSource database, Random random, IReadOnlyList<string> seeded)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(40);
    private const int BurstRows = 10;

    private int _number;

    /// <summary>By the marker that its description holds: the title that the last commit left.</summary>
    public Dictionary<string, string> Contacts { get; } = [];

    /// <summary>By external id: the description that the last commit left.</summary>
    public Dictionary<string, string> Accounts { get; } = [];

    /// <summary>By sfid: the description that the last commit left.</summary>
    public Dictionary<string, string> Seeded { get; } = [];

    public HashSet<string> DeletedContacts { get; } = [];

    public HashSet<string> DeletedAccounts { get; } = [];

    /// <summary>Writes until told to stop; a transaction under way is finished.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Interval, TimeProvider.System);
        while (!stop.IsCancellationRequested)
        {
            await ChangeAsync();
            await timer.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private Task ChangeAsync() => random.Next(20) switch
    {
        < 6 => InsertContactsAsync(1),
        6 => InsertContactsAsync(BurstRows),
        < 9 when Contacts.Count > 0 => UpdateContactAsync(),
        9 when Contacts.Count > 0 => DeleteContactAsync(),
        < 13 => InsertAccountAsync(),
        < 15 when Accounts.Count > 0 => UpdateAccountAsync(),
        15 when Accounts.Count > 0 => DeleteAccountAsync(),
        16 => InsertAndDeleteContactAsync(),
        _ => UpdateSeededAsync(),
    };

    private async Task InsertContactsAsync(int count)
    {
        var markers = Enumerable.Range(0, count).Select(_ => NextName("app-contact")).ToList();
        await using var connection = await database.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        foreach (var marker in markers)
        {
            await ExecuteAsync(
                connection,
                "insert into salesforce.contact (lastname, title, description, birthdate) values ('App', 'new', $1, '1990-02-03')",
                marker);
        }

        await transaction.CommitAsync();
        markers.ForEach(marker => Contacts[marker] = "new");
    }

    private async Task UpdateContactAsync()
    {
        var (marker, title) = (Pick(Contacts), NextName("title"));
        await ExecuteAsync("update salesforce.contact set title = $1 where description = $2", title, marker);
        Contacts[marker] = title;
    }

    private async Task DeleteContactAsync()
    {
        var marker = Pick(Contacts);
        await ExecuteAsync("delete from salesforce.contact where description = $1", marker);
        Contacts.Remove(marker);
        DeletedContacts.Add(marker);
    }

    private async Task InsertAndDeleteContactAsync()
    {
        var marker = NextName("app-contact");
        await using var connection = await database.OpenConnectionAsync();
        await ExecuteAsync(connection, "insert into salesforce.contact (lastname, description) values ('Short', $1)", marker);
        await ExecuteAsync(connection, "delete from salesforce.contact where description = $1", marker);
        DeletedContacts.Add(marker);
    }

    private async Task InsertAccountAsync()
    {
        var key = NextName("app-account");
        await ExecuteAsync(
            "insert into salesforce.account (name, ext_id__c, description, numberofemployees) values ('App', $1, 'new', 7)", key);
        Accounts[key] = "new";
    }

    private async Task UpdateAccountAsync()
    {
        var (key, description) = (Pick(Accounts), NextName("description"));
        await ExecuteAsync("update salesforce.account set description = $1 where ext_id__c = $2", description, key);
        Accounts[key] = description;
    }

    private async Task DeleteAccountAsync()
    {
        var key = Pick(Accounts);
        await ExecuteAsync("delete from salesforce.account where ext_id__c = $1", key);
        Accounts.Remove(key);
        DeletedAccounts.Add(key);
    }

    /// <summary>A seeded row may not be loaded yet; then nothing was written and nothing is remembered.</summary>
    private async Task UpdateSeededAsync()
    {
        var (sfid, description) = (seeded[random.Next(seeded.Count)], NextName("note"));
        if (await ExecuteAsync("update salesforce.contact set description = $1 where sfid = $2", description, sfid) == 1)
        {
            Seeded[sfid] = description;
        }
    }

    private string Pick(Dictionary<string, string> rows) => rows.Keys.ElementAt(random.Next(rows.Count));

    private string NextName(string kind) => string.Create(CultureInfo.InvariantCulture, $"{kind}-{++_number}");

    private async Task<int> ExecuteAsync(string sql, params string[] values)
    {
        await using var connection = await database.OpenConnectionAsync();
        return await ExecuteAsync(connection, sql, values);
    }

    private static async Task<int> ExecuteAsync(NpgsqlConnection connection, string sql, params string[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        return await command.ExecuteNonQueryAsync();
    }
}
