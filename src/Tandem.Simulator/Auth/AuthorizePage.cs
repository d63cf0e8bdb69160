using System.Net;

namespace Tandem.Simulator.Auth;

/// <summary>The pages that a person sees while signing in: consent, and what is wrong with the app's request. No outside assets.</summary>
internal static class AuthorizePage
{
    /// <summary>The answer to "may this app act for you", with the request in hidden fields.</summary>
    public static string Consent(AuthorizeRequest request, string appName, string? complaint)
    {
        (string Name, string? Value)[] hidden =
        [
            ("client_id", request.ClientId), ("redirect_uri", request.RedirectUri), ("response_type", request.ResponseType),
            ("scope", request.Scope), ("state", request.State), ("code_challenge", request.CodeChallenge),
            ("code_challenge_method", request.CodeChallengeMethod), ("nonce", request.Nonce), ("login_hint", request.LoginHint),
        ];
        var fields = string.Concat(hidden.Where(field => field.Value is not null).Select(
            field => $"""<input type="hidden" name="{field.Name}" value="{WebUtility.HtmlEncode(field.Value)}">"""));
        var scopes = string.Concat(request.Scope.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(
            scope => $"<li>{WebUtility.HtmlEncode(scope)}</li>"));
        var user = WebUtility.HtmlEncode(request.LoginHint);
        var name = WebUtility.HtmlEncode(appName);
        var alert = complaint is null ? "" : $"""<p class="alert" role="alert">{WebUtility.HtmlEncode(complaint)}</p>""";
        return Frame("Allow access", $"""
            <h1>Allow access?</h1>
            <p><strong>{name}</strong> asks to act for you in this simulated org. It wants:</p>
            <ul>{scopes}</ul>
            {alert}
            <form method="post" action="/services/oauth2/authorize">
              {fields}
              <label for="username">User name</label>
              <input id="username" name="username" type="text" autocomplete="username" value="{user}" autofocus>
              <label for="password">Password</label>
              <input id="password" name="password" type="password" autocomplete="current-password">
              <div class="choices">
                <button type="submit" name="decision" value="allow" class="allow">Allow</button>
                <button type="submit" name="decision" value="deny">Deny</button>
              </div>
            </form>
            """);
    }

    public static string Fault(OAuthException fault) => Frame("Sign-in not possible", $"""
        <h1>Sign-in not possible</h1>
        <p class="alert" role="alert">error={WebUtility.HtmlEncode(fault.Error)}: {WebUtility.HtmlEncode(fault.Description)}</p>
        <p>The app that sent you here must correct its request.</p>
        """);

    private static string Frame(string title, string content) => $$"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{{title}}</title>
        <style>
        body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: #eef2f7; color: #16222e;
               font: 16px/1.5 system-ui, sans-serif; }
        main { width: min(24rem, calc(100% - 2rem)); box-sizing: border-box; padding: 2rem; background: #fff; border-radius: .75rem;
               box-shadow: 0 .25rem 1.5rem rgb(22 34 46 / 12%); }
        h1 { margin: 0 0 .5rem; font-size: 1.5rem; }
        label { display: block; margin-top: 1rem; font-weight: 600; }
        input { width: 100%; box-sizing: border-box; margin-top: .25rem; padding: .6rem; font: inherit; border: 1px solid #76879a;
                border-radius: .375rem; }
        .choices { display: flex; gap: .75rem; margin-top: 1.5rem; }
        button { flex: 1; padding: .65rem; font: inherit; font-weight: 600; color: #16222e; background: #fff; border: 1px solid #76879a;
                 border-radius: .375rem; cursor: pointer; }
        button.allow { color: #fff; background: #0b5cab; border-color: #0b5cab; }
        :focus-visible { outline: 3px solid #f5a623; outline-offset: 2px; }
        .alert { padding: .6rem .8rem; color: #7d1128; background: #fdecef; border-radius: .375rem; }
        </style>
        </head>
        <body>
        <main>
        {{content}}
        </main>
        </body>
        </html>
        """;
}
