using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Tandem.Simulator.Auth;
using Tandem.Simulator.Bulk.V1;
using Tandem.Simulator.Composite;
using Tandem.Simulator.Control;
using Tandem.Simulator.Events;
using Tandem.Simulator.Http;
using Tandem.Simulator.Metadata;
using Tandem.Simulator.Query;
using Tandem.Simulator.Records;
using Tandem.Simulator.Soap;

namespace Tandem.Simulator;

/// <summary>
/// The way of a request through the org: a clean address; the call log, the faults and the limits of size; errors in REST's shape; session
/// and allowance; what time has brought about; and then the endpoint.
/// </summary>
internal static class OrgPipeline
{
    public static void Use(WebApplication application, OrgParts parts, SimulatorOptions options)
    {
        var errors = new ErrorAnswers(options.Loggers.CreateLogger<ErrorAnswers>());
        var stopping = application.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        var allowance = new CallAllowance(parts.Control.Usage, parts.Control.OpenCalls);
        var access = new AccessCheck(parts.Sessions, allowance);
        var runner = new SubrequestRunner(errors);
        application.Use(next => context =>
        {
            context.Request.Path = CleanPath.Of(context.Request.Path);
            MethodOverride.Apply(context.Request);
            return next(context);
        });
        UseControl(application, parts, stopping);
        application.UseResponseCompression();
        application.Use(next => context => errors.InvokeAsync(context, next));
        application.Use(next => context => access.InvokeAsync(context, next));
        application.UseRequestDecompression();
        application.Use(next => async context =>
        {
            await parts.Org.Upkeep.RunAsync(context.RequestAborted);
            await next(context);
        });
        application.Use(runner.Capture);
        application.UseRouting();
        MapRest(application, parts, runner);
        MapOtherDoors(application, parts, allowance, options, stopping);
        parts.Bulk.Map(application, new V1Door(parts.Sessions, allowance), options.Loggers);
    }

    /// <summary>Calls of the control plane itself are neither logged nor limited, and meet no fault.</summary>
    private static void UseControl(WebApplication application, OrgParts parts, CancellationToken stopping)
    {
        var control = parts.Control;
        var recorder = new CallRecorder(control.Calls, control.OpenCalls, control.Clock);
        var faults = new FaultGate(control.Faults, parts.Sessions, control.Clock, stopping);
        application.UseWhen(IsOrgCall, org =>
        {
            org.Use(next => context => recorder.InvokeAsync(context, next));
            org.Use(next => context => faults.InvokeAsync(context, next));
            org.Use(next => context => RequestLimits.InvokeAsync(context, next));
        });
    }

    private static bool IsOrgCall(HttpContext context) =>
        !context.Request.Path.StartsWithSegments(ControlRoutes.Root, StringComparison.OrdinalIgnoreCase);

    private static void MapRest(IEndpointRouteBuilder routes, OrgParts parts, SubrequestRunner runner)
    {
        var (org, saver) = (parts.Org, parts.Saver);
        VersionEndpoints.Map(routes, org, parts.Control.Usage, parts.Events, parts.Bulk.Usage);
        DescribeEndpoints.Map(routes, org);
        RecordEndpoints.Map(routes, org, saver);
        UpsertEndpoints.Map(routes, org, saver);
        CollectionEndpoints.Map(routes, org, saver);
        RetrieveEndpoints.Map(routes, org);
        ReplicationEndpoints.Map(routes, org);
        CompositeEndpoints.Map(routes, saver, runner);
        BatchEndpoints.Map(routes, runner);
        GraphEndpoints.Map(routes, saver, runner);
        TreeEndpoints.Map(routes, org, saver);
        QueryEndpoints.Map(routes, org);
    }

    private static void MapOtherDoors(WebApplication application, OrgParts parts, CallAllowance allowance, SimulatorOptions options,
        CancellationToken stopping)
    {
        var (org, sessions) = (parts.Org, parts.Sessions);
        OAuthEndpoints.Map(application, org, sessions, parts.Apps, parts.Logins, options.SignIn);
        SoapEndpoint.Map(application, org, parts.Saver, sessions, parts.Logins, allowance);
        EventEndpoints.Map(application, org, parts.Events, sessions, stopping);
        new ControlEndpoints(parts).Map(application, options, SimulatorServer.AddressOf(options));
    }
}
