using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Tandem.Simulator.Auth;
using Tandem.Simulator.Bulk;
using Tandem.Simulator.Bulk.V1;
using Tandem.Simulator.Data;
using Tandem.Simulator.Http;
using Tandem.Simulator.Metadata;
using Tandem.Simulator.Query;
using Tandem.Simulator.Records;
using Tandem.Testing;

namespace Tandem.Tests.Integration.Simulator.Query;

/// <summary>
/// Sign-in, query and bulk query of a small org on a real port, with errors in REST's shape; the clock stands until it is moved.
/// </summary>
internal sealed class SimulatorHost : IAsyncDisposable
{
    public const string OrganizationId = "00DS00000000001EAA";
    public const string UserId = "005S00000000001AAA";

    private readonly WebApplication _application;
    private readonly BulkJobs _jobs;

    private SimulatorHost(WebApplication application, BulkJobs jobs, FakeTimeProvider time, SessionStore sessions, string address)
    {
        _application = application;
        _jobs = jobs;
        Time = time;
        Sessions = sessions;
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(address) };
    }

    public FakeTimeProvider Time { get; }

    public SessionStore Sessions { get; }

    public HttpClient Client { get; }

    public static async Task<SimulatorHost> StartAsync(
        int accounts = 0, Func<OAuthSettings, OAuthSettings>? oauth = null, Func<BulkSettings, BulkSettings>? bulk = null)
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero));
        var org = CreateOrg(accounts, time);
        var sessions = new SessionStore(OrganizationId, time);
        var oauthSettings = new OAuthSettings
        {
            OrganizationId = OrganizationId,
            UserId = UserId,
            UserName = "ada@example.com",
            Password = "pass+word",
            ClientId = "app",
            ClientSecret = "app-secret",
            FullName = "Ada Lovelace",
        };

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var application = builder.Build();
        application.Use(async (context, next) =>
        {
            context.Features.Set(new Session { AccessToken = "", UserId = UserId, IssuedAt = time.GetUtcNow() });
            try
            {
                await next(context);
            }
            catch (ApiException error)
            {
                context.Response.StatusCode = error.Status;
                await context.Response.WriteAsJsonAsync(new[] { new { errorCode = error.ErrorCode, message = error.Message } });
            }
        });
        OAuthEndpoints.Map(application, org, sessions, oauth is null ? oauthSettings : oauth(oauthSettings));
        QueryEndpoints.Map(application, org);
        var settings = new BulkSettings();
        var jobs = new BulkJobs(org, new RecordSaver(org, TimeSpan.Zero), new BulkControl(bulk is null ? settings : bulk(settings)));
        jobs.Map(application, new V1Door(sessions, new ApiUsage(1000, time)), NullLoggerFactory.Instance);
        await application.StartAsync();
        var address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.First();
        return new SimulatorHost(application, jobs, time, sessions, address ?? throw new InvalidOperationException("The host has no address."));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _application.DisposeAsync();
        await _jobs.DisposeAsync();
    }

    private static Org CreateOrg(int accounts, TimeProvider time)
    {
        var id = new Field { Name = "Id", Type = FieldType.Id };
        var account = new ObjectType("Account", "Account", "001",
        [
            id,
            new Field { Name = "Name", Type = FieldType.String },
            new Field { Name = "IsDeleted", Type = FieldType.Boolean },
            new Field { Name = "Amount__c", Type = FieldType.Currency },
            new Field { Name = "CreatedDate", Type = FieldType.DateTime },
            new Field { Name = "BillingCity", Type = FieldType.String, CompoundFieldName = "BillingAddress" },
            new Field { Name = "BillingStreet", Type = FieldType.TextArea, CompoundFieldName = "BillingAddress" },
            new Field { Name = "BillingAddress", Type = FieldType.Address },
            new Field { Name = "Place__Latitude__s", Type = FieldType.Double, CompoundFieldName = "Place__c" },
            new Field { Name = "Place__Longitude__s", Type = FieldType.Double, CompoundFieldName = "Place__c" },
            new Field { Name = "Place__c", Type = FieldType.Location },
            new Field { Name = "Body", Type = FieldType.Base64 },
            new Field { Name = "ParentId", Type = FieldType.Reference, ReferenceTo = ["Account"], RelationshipName = "Parent" },
            new Field { Name = "OwnerId", Type = FieldType.Reference, ReferenceTo = ["Group", "User"], RelationshipName = "Owner" },
        ]);
        var user = new ObjectType("User", "User", "005", [id, new Field { Name = "Name", Type = FieldType.String }]);
        var org = new Org([account, user], time);
        org.FindTable("User")?.Add(new Record(user, [UserId, "Ada"]));
        for (var number = 1; number <= accounts; number++)
        {
            object?[] values =
            [
                IdOf(number), $"Café \"{number}\"", number % 10 == 0, number + 0.5m, time.GetUtcNow().UtcDateTime, "Paris", null, null,
                48.5m, 2.25m, null,
                new byte[] { 1 }, number == 1 ? null : IdOf(1), UserId,
            ];
            org.FindTable("Account")?.Add(new Record(account, values));
        }

        return org;
    }

    public static string IdOf(int number) => Tandem.Simulator.Data.RecordId.Expand($"001S{number:D11}") ?? "";
}
