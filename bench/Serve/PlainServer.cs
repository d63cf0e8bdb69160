using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Tandem.Bench.Serve;

/// <summary>
/// The reference of the simulator's figures: the same web server in a process of its own that reads what it is sent, answers so many
/// bytes as it is asked for, and knows nothing. The bench starts itself with <see cref="Word"/> for it.
/// </summary>
internal sealed class PlainServer : IAsyncDisposable
{
    public const string Word = "plain-server";

    private const int ChunkBytes = 64 * 1024;

    private readonly Process _process;

    private PlainServer(Process process, Uri url)
    {
        _process = process;
        Url = url;
    }

    public Uri Url { get; }

    public int Id => _process.Id;

    public static async Task<PlainServer> StartAsync(CancellationToken cancellationToken)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Tandem.Bench.dll");
        var start = new ProcessStartInfo("dotnet", [program, Word]) { UseShellExecute = false, RedirectStandardOutput = true };
        var process = Process.Start(start) ?? throw new BenchException("The plain server did not start.");
        var line = await process.StandardOutput.ReadLineAsync(cancellationToken)
            ?? throw new BenchException("The plain server ended before it listened.");
        return new PlainServer(process, new Uri(line));
    }

    /// <summary>The server itself; its address is its only line.</summary>
    public static async Task<int> ServeAsync(CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        await using var application = builder.Build();
        application.Run(AnswerAsync);
        await application.StartAsync(cancellationToken);
        var server = application.Services.GetRequiredService<IServer>();
        Console.WriteLine(server.Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());
        await application.WaitForShutdownAsync(cancellationToken);
        return 0;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync(CancellationToken.None);
        }

        _process.Dispose();
    }

    private static async Task AnswerAsync(HttpContext context)
    {
        var chunk = new byte[ChunkBytes];
        while (await context.Request.Body.ReadAsync(chunk, context.RequestAborted) > 0)
        {
        }

        var rest = long.Parse(context.Request.Query["bytes"].ToString(), CultureInfo.InvariantCulture);
        context.Response.ContentLength = rest;
        for (; rest > 0; rest -= ChunkBytes)
            await context.Response.Body.WriteAsync(chunk.AsMemory(0, (int)Math.Min(rest, ChunkBytes)), context.RequestAborted);
    }
}
