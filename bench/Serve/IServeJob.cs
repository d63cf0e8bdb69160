namespace Tandem.Bench.Serve;

/// <summary>One kind of work that the simulator is asked for, and the same exchange of bytes with the plain server.</summary>
internal interface IServeJob
{
    string Name { get; }

    /// <summary>What is counted per second.</summary>
    string Unit { get; }

    /// <summary>What stands ready before the clock runs.</summary>
    Task PrepareAsync(CancellationToken cancellationToken);

    Task<Served> RunAsync(CancellationToken cancellationToken);

    /// <summary>Sends and gets as many bytes as the run did.</summary>
    Task RunPlainAsync(HttpClient plain, Served run, CancellationToken cancellationToken);
}
