using System.Xml;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Tandem.Simulator.Auth;
using Tandem.Simulator.Control;
using Tandem.Simulator.Data;
using Tandem.Simulator.Http;
using Tandem.Simulator.Records;

namespace Tandem.Simulator.Soap;

/// <summary>
/// The SOAP API by the partner WSDL, and the login of the enterprise WSDL: reads a call, checks its session, counts it, runs it and
/// answers it or its fault. Source: salesforce-api.md, sections 1.11 and 7.
/// </summary>
internal sealed class SoapEndpoint(SessionStore sessions, CallAllowance allowance, SoapLogin login, SoapSaves saves, SoapQueries queries,
    SoapDescribes describes, SoapReplication replication)
{
    public static void Map(
        IEndpointRouteBuilder routes, Org org, RecordSaver saver, SessionStore sessions, UserLogins logins,
        CallAllowance allowance)
    {
        var endpoint = new SoapEndpoint(sessions, allowance, new SoapLogin(org, sessions, logins), new SoapSaves(org, saver),
            new SoapQueries(org), new SoapDescribes(org), new SoapReplication(org));
        foreach (var door in new[] { "u", "c" })
        {
            routes.MapPost($"/services/Soap/{door}/{{version}}", context => endpoint.InvokeAsync(context, door));
            routes.MapPost($"/services/Soap/{door}/{{version}}/{{organization}}", context => endpoint.InvokeAsync(context, door));
        }
    }

    private async Task InvokeAsync(HttpContext context, string door)
    {
        try
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body, context.RequestAborted);
            body.Position = 0;
            var call = SoapCall.Read(context, SoapReader.Read(body), door);
            await SoapXml.SendAsync(context, StatusCodes.Status200OK, await RunAsync(context, call));
        }
        catch (SoapFault fault)
        {
            await SoapXml.SendAsync(context, StatusCodes.Status500InternalServerError, SoapXml.Fault(fault, door));
        }
        catch (ApiException error)
        {
            await SoapXml.SendAsync(context, StatusCodes.Status500InternalServerError, SoapXml.Fault(SoapFault.Of(error), door));
        }
        catch (InvalidDataException)
        {
            var fault = SoapFault.Client("The body is not compressed in the way that Content-Encoding says.");
            await SoapXml.SendAsync(context, StatusCodes.Status500InternalServerError, SoapXml.Fault(fault, door));
        }
    }

    private async Task<byte[]> RunAsync(HttpContext context, SoapCall call)
    {
        // No header before the body: clients in use take the envelope's first child for it.
        if (call.Operation.Name is "login")
            return SoapXml.Answer(call, usage: null, login.Login(call));
        if (call.Door is "c")
            throw Unknown(call);

        if (context.Features.Get<SessionExpiry>() is not null)
            sessions.Revoke(call.SessionId);
        var session = sessions.Find(call.SessionId) ?? throw SoapFault.InvalidSession();
        var used = allowance.Take(context, session);
        return SoapXml.Answer(call, (used, allowance.Usage.Max), await RunAsync(call, session, context.RequestAborted));
    }

    private Task<Action<XmlWriter>> RunAsync(SoapCall call, Session session, CancellationToken cancellationToken)
    {
        var caller = call.CallerOf(session);
        return call.Operation.Name switch
        {
            "create" => saves.CreateAsync(call, caller, cancellationToken),
            "update" => saves.UpdateAsync(call, caller, cancellationToken),
            "upsert" => saves.UpsertAsync(call, caller, cancellationToken),
            "delete" => saves.DeleteAsync(call, caller, cancellationToken),
            "undelete" => saves.UndeleteAsync(call, caller, cancellationToken),
            "emptyRecycleBin" => saves.EmptyRecycleBinAsync(call, caller, cancellationToken),
            "merge" => saves.MergeAsync(call, caller, cancellationToken),
            "query" => Task.FromResult(queries.Query(call, caller, includeDeleted: false)),
            "queryAll" => Task.FromResult(queries.Query(call, caller, includeDeleted: true)),
            "queryMore" => Task.FromResult(queries.QueryMore(call, caller)),
            "retrieve" => Task.FromResult(queries.Retrieve(call, caller)),
            "getUpdated" => Task.FromResult(replication.Updated(call, caller)),
            "getDeleted" => replication.DeletedAsync(call, caller, cancellationToken),
            "describeGlobal" => Task.FromResult(describes.Global(caller)),
            "describeSObject" => Task.FromResult(describes.One(call, caller)),
            "describeSObjects" => Task.FromResult(describes.Many(call, caller)),
            "getServerTimestamp" => Task.FromResult(login.Timestamp()),
            "getUserInfo" => Task.FromResult(login.UserInfo(session)),
            "setPassword" => Task.FromResult(login.SetPassword(call)),
            "resetPassword" => Task.FromResult(login.ResetPassword(call)),
            "logout" => Task.FromResult(login.Logout(session)),
            _ => throw Unknown(call),
        };
    }

    private static SoapFault Unknown(SoapCall call) =>
        SoapFault.Client($"No operation available for request {call.Operation.Name}, please check the WSDL for the service.");
}
