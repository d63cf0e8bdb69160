using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

namespace Tandem.Simulator.Events.Cometd;

/// <summary>The clients that have shaken hands and not left. Source: salesforce-api.md, sections 5.2 and 11.</summary>
internal sealed class CometdClients(EventSettings settings, TimeProvider timeProvider)
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyz0123456789";
    private const int IdLength = 27;

    private readonly ConcurrentDictionary<string, CometdClient> _clients = new(StringComparer.Ordinal);

    /// <summary>False when as many clients are connected as the org allows.</summary>
    public bool TryAdd(string userId, string browser, int version, [NotNullWhen(true)] out CometdClient? client)
    {
        client = null;
        foreach (var (id, other) in _clients)
        {
            if (!other.IsAlive(settings.SessionTimeout))
                _clients.TryRemove(id, out _);
        }

        if (_clients.Count >= settings.ConcurrentClients)
            return false;
        client = new CometdClient(RandomNumberGenerator.GetString(Letters, IdLength), userId, browser, version, timeProvider);
        _clients[client.Id] = client;
        return true;
    }

    /// <summary>The living client of an id; null for one that never was, has left, or stayed away for too long.</summary>
    public CometdClient? Find(string id)
    {
        if (!_clients.TryGetValue(id, out var client))
            return null;
        if (client.IsAlive(settings.SessionTimeout))
            return client;
        _clients.TryRemove(id, out _);
        return null;
    }
}
