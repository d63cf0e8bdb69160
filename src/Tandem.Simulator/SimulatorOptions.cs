using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Simulator.Auth;
using Tandem.Simulator.Events;

namespace Tandem.Simulator;

/// <summary>How a simulated org is set up; the simulator's command and tests fill it in.</summary>
public sealed record SimulatorOptions
{
    /// <summary>The address to listen on: an IP address or <c>localhost</c>.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The port to listen on; 0 takes a free one.</summary>
    public int Port { get; init; }

    /// <summary>Contacts to make; the other objects follow in proportion.</summary>
    public int Rows { get; init; } = 10_000;

    /// <summary>The same seed, within the same hour, makes the same data.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>A file with more objects and fields; null leaves the standard ones.</summary>
    public string? MetadataFile { get; init; }

    /// <summary>Whether records with amounts name their currency in <c>CurrencyIsoCode</c>.</summary>
    public bool HasSeveralCurrencies { get; init; }

    /// <summary>A file that the org is read from at start, when it exists, and written to at stop; null keeps it in memory only.</summary>
    public string? SaveFile { get; init; }

    /// <summary>What the control plane under <c>/_simulator</c> asks for; null opens it on the loopback and closes it elsewhere.</summary>
    public string? ControlToken { get; init; }

    public string UserName { get; init; } = "admin@tandem.test";

    public string Password { get; init; } = "password";

    public string ClientId { get; init; } = "simulator";

    public string ClientSecret { get; init; } = "simulator-secret";

    /// <summary>Further apps and passwords, lifetimes and limits of the sign-in.</summary>
    public SignInOptions SignIn { get; init; } = new();

    /// <summary>How long after its stamp a change becomes visible, as a long transaction's does on the platform.</summary>
    public TimeSpan CommitLag { get; init; }

    /// <summary>API calls per rolling day.</summary>
    public int DailyApiRequests { get; init; } = 100_000;

    /// <summary>How long a Bulk query job takes before its results can be read.</summary>
    public TimeSpan BulkJobDelay { get; init; }

    /// <summary>Lets a record of a collections call find a parent that the same call makes by its external id; the platform promises it
    /// by id alone.</summary>
    public bool FindsNewParentsByKey { get; init; }

    /// <summary>How events are made, kept and delivered.</summary>
    public EventSettings Events { get; init; } = new();

    /// <summary>Where the simulator tells of its own bugs; clients see only an error id.</summary>
    public ILoggerFactory Loggers { get; init; } = NullLoggerFactory.Instance;

    /// <summary>Whether the port speaks https, with a certificate of the test CA.</summary>
    public bool Tls { get; init; }

    /// <summary>The folder that keeps the test CA; null makes one for this process alone.</summary>
    public string? TlsFolder { get; init; }

    /// <summary>The port of the Pub/Sub API; 0 takes a free one, null leaves it out.</summary>
    public int? PubSubPort { get; init; } = 0;

    /// <summary>Whether the Pub/Sub port speaks plain text; otherwise TLS, as clients do.</summary>
    public bool PubSubPlainText { get; init; }
}
