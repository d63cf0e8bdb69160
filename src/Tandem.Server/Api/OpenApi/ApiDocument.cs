using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Tandem.Server.Api.V1;

namespace Tandem.Server.Api.OpenApi;

/// <summary>
/// The OpenAPI document of versions 1 and 3, made from the endpoints themselves: their summaries, bodies, parameters and statuses. Its text
/// in the repository is held against it by a test.
/// </summary>
internal static class ApiDocument
{
    public const string Path = "/api/openapi.json";

    private const string Prefix = "api/";
    private const string TokenScheme = "token";
    private const string SessionScheme = "session";

    public static void AddTo(IServiceCollection services) => services.AddOpenApi(options =>
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.ShouldInclude = description => description.RelativePath?.StartsWith(Prefix, StringComparison.Ordinal) is true;
        options.AddDocumentTransformer((document, _, _) =>
        {
            Complete(document);
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            Complete(operation, context);
            return Task.CompletedTask;
        });
    });

    public static void Map(IEndpointRouteBuilder routes) => routes.MapOpenApi(Path);

    private static void Complete(OpenApiDocument document)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Tandem",
            Version = "1",
            Description = "Keeps Salesforce and PostgreSQL in step. Version 3 is compatible with Heroku Connect's API; version 1 is "
                + "Tandem's own.",
        };

        // Where it is served is no part of what it is.
        document.Servers = [];
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            [TokenScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "An API token.",
            },
            [SessionScheme] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.ApiKey,
                In = ParameterLocation.Cookie,
                Name = SessionCookie.Name,
                Description = $"A session of a browser. What changes anything needs the header {SessionCookie.RequestHeader}: 1 besides.",
            },
        };
    }

    private static void Complete(OpenApiOperation operation, OpenApiOperationTransformerContext context)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var version = context.Description.RelativePath?.StartsWith(Routes.Root[1..], StringComparison.Ordinal) is true ? "v1" : "v3";
        operation.Tags = new HashSet<OpenApiTagReference> { new(version, context.Document) };
        foreach (var parameter in metadata.OfType<QueryParameter>())
        {
            (operation.Parameters ??= []).Add(new OpenApiParameter
            {
                Name = parameter.Name,
                In = ParameterLocation.Query,
                Description = parameter.Description,
                Schema = new OpenApiSchema { Type = TypeOf(parameter.Type) },
            });
        }

        if (metadata.OfType<TakesMappingFile>().Any())
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Description = "A mapping file of version 1.",
                Required = true,
                Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
                {
                    ["application/json"] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.Object } },
                },
            };
        }

        if (metadata.OfType<OpenToAll>().Any())
            return;
        operation.Security =
        [
            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(TokenScheme, context.Document)] = [] },
            new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(SessionScheme, context.Document)] = [] },
        ];
    }

    private static JsonSchemaType TypeOf(string word) => word switch
    {
        "integer" => JsonSchemaType.Integer,
        "boolean" => JsonSchemaType.Boolean,
        _ => JsonSchemaType.String,
    };
}
