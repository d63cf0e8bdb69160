using Shouldly;
using Tandem.Server.Access;
using Tandem.Sync.Catalog.Access;
using Xunit;

namespace Tandem.Tests.Unit.Server;

/// <summary>What a caller covers: everything, one app's connections, or one connection.</summary>
public sealed class CallerTests
{
    private static readonly Guid Mine = Guid.NewGuid();
    private static readonly Guid Foreign = Guid.NewGuid();

    [Fact]
    public void A_limited_caller_sees_only_what_it_is_limited_to()
    {
        var unlimited = NewCaller();
        unlimited.Covers(Foreign, appName: null).ShouldBeTrue();
        unlimited.IsUnlimited.ShouldBeTrue();

        var ofApp = NewCaller() with { AppName = "shop" };
        ofApp.Covers(Mine, "shop").ShouldBeTrue();
        ofApp.Covers(Mine, "Shop").ShouldBeFalse();
        ofApp.Covers(Mine, appName: null).ShouldBeFalse();
        ofApp.IsUnlimited.ShouldBeFalse();

        var ofConnection = NewCaller() with { ConnectionId = Mine };
        ofConnection.Covers(Mine, "shop").ShouldBeTrue();
        ofConnection.Covers(Foreign, "shop").ShouldBeFalse();
        ofConnection.IsUnlimited.ShouldBeFalse();
    }

    [Fact]
    public void Only_an_admin_may_change()
    {
        NewCaller().MayChange.ShouldBeFalse();
        (NewCaller() with { Scope = AccessScope.Admin }).MayChange.ShouldBeTrue();
    }

    private static Caller NewCaller() => new() { Actor = Actor.Start, Scope = AccessScope.Read };
}
