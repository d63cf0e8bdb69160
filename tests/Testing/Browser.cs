using System.Net;
using System.Text.RegularExpressions;
using Shouldly;

namespace Tandem.Testing;

/// <summary>
/// A person at a browser without a screen: keeps cookies, follows redirects one by one, fills in the consent page, and stops where a
/// redirect leaves for the app's callback.
/// </summary>
public sealed partial class Browser(string userName, string password, CancellationToken cancellationToken) : IDisposable
{
    private const int MostSteps = 10;

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() });

    /// <returns>The address at the callback, with the answer in its query.</returns>
    public async Task<Uri> SignInAsync(Uri start, Uri callback, string decision = "allow")
    {
        var page = start;
        HttpContent? form = null;
        for (var step = 0; step < MostSteps; step++)
        {
            using var response = await (form is null
                ? _http.GetAsync(page, cancellationToken)
                : _http.PostAsync(page, form, cancellationToken));
            form?.Dispose();
            form = null;
            if (response.StatusCode is HttpStatusCode.Found)
            {
                page = new Uri(page, response.Headers.Location.ShouldNotBeNull());
                if (page.GetLeftPart(UriPartial.Path) == callback.AbsoluteUri)
                    return page;
                continue;
            }

            var html = await response.Content.ReadAsStringAsync(cancellationToken);
            response.StatusCode.ShouldBe(HttpStatusCode.OK, html);
            page = new Uri(page, WebUtility.HtmlDecode(Form().Match(html).Groups["action"].Value));
            form = FillIn(html, decision);
        }

        throw new InvalidOperationException($"The sign-in did not come to its end within {MostSteps} steps.");
    }

    private FormUrlEncodedContent FillIn(string html, string decision)
    {
        var fields = Hidden().Matches(html).ToDictionary(
            match => match.Groups["name"].Value, match => WebUtility.HtmlDecode(match.Groups["value"].Value));
        fields["username"] = userName;
        fields["password"] = password;
        fields["decision"] = decision;
        return new FormUrlEncodedContent(fields);
    }

    public void Dispose() => _http.Dispose();

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]*)" value="(?<value>[^"]*)">""", RegexOptions.ExplicitCapture)]
    private static partial Regex Hidden();

    [GeneratedRegex("""<form method="post" action="(?<action>[^"]*)">""", RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
