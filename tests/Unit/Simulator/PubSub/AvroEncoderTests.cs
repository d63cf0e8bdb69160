using Google.Protobuf;
using Shouldly;
using Tandem.Simulator.Data;
using Tandem.Simulator.Events;
using Tandem.Simulator.Metadata;
using Tandem.Simulator.PubSub.Avro;
using Xunit;

namespace Tandem.Tests.Unit.Simulator.PubSub;

/// <summary>The bytes of a change event, held against one that the platform sent. Source: salesforce-api.md, section 6.6.</summary>
public sealed class AvroEncoderTests : IDisposable
{
    /// <summary>The header of the captured event: entity, ids, type, origin, key, sequence, time, number, user, and three lists of
    /// fields.</summary>
    private const string CapturedHeader =
        "0E4163636F756E740224303031447030303030304838595657494133000268636F6D2F73616C6573666F7263652F6170692"
        + "F736F61702F35372E303B636C69656E743D"
        + "53666463496E7465726E616C4150492F4830303033336339322D373438622D346264632D383763612D6134393034633566306537650290EFADEC8B62"
        + "C2E48190DE0C24303035447030303030303050706A7349414300000210307838303030303200";

    /// <summary>Its fields up to LastModifiedDate: the name in branch 1, 21 nulls, the time in branch 1.</summary>
    private const string CapturedFields =
        "02484275726C696E67746F6E2054657874696C657320436F7270206F6620416D6572696373"
        + "670000000000000000000000000000000000000000000290EFADEC8B62";

    private const int CapturedFieldCount = 24;

    private readonly Org _org = new(MetadataReader.Load(null), TimeProvider.System);

    private ObjectType Account => _org.FindTable("Account").ShouldNotBeNull().Type;

    public void Dispose() => _org.Dispose();

    [Fact]
    public void Writes_the_bytes_that_the_platform_sent()
    {
        var (schema, payload) = Encode(Account, UserAccess.Full, "Phone");
        var nulls = schema.Fields.Count + 1 - CapturedFieldCount;
        nulls.ShouldBePositive();
        Convert.ToHexString(payload.Span).ShouldBe(CapturedHeader + CapturedFields + new string('0', nulls * 2));
    }

    [Fact]
    public void Neither_shows_nor_lists_what_the_user_may_not_see()
    {
        var (_, payload) = Encode(Account, new UserAccess(["Account.Name"], []), "Phone");
        Convert.ToHexString(payload.Span).ShouldStartWith(CapturedHeader.Replace(
            Hex("0x800002"), Hex("0x800000"), StringComparison.Ordinal) + "00");
    }

    private (EventSchema Schema, ByteString Payload) Encode(ObjectType type, UserAccess access, string unchanged)
    {
        var stamp = DateTimeOffset.FromUnixTimeMilliseconds(1_685_217_197_000);
        var values = new object?[type.Fields.Count];
        values[type.OrdinalOf("Name")] = "Burlington Textiles Corp of Americsg";
        values[type.OrdinalOf("LastModifiedDate")] = stamp.UtcDateTime;
        values[type.OrdinalOf(unchanged)] = "does not travel";
        var change = new ChangeEvent
        {
            EntityName = "Account",
            Type = type,
            RecordIds = ["001Dp00000H8YVWIA3"],
            ChangeType = ChangeTypes.Update,
            ChangeOrigin = "com/salesforce/api/soap/57.0;client=SfdcInternalAPI/",
            TransactionKey = Guid.Parse("00033c92-748b-4bdc-87ca-a4904c5f0e7e"),
            SequenceNumber = 1,
            CommitTimestamp = stamp,
            CommitNumber = 218_791_688_481,
            CommitUser = "005Dp000000PpjsIAC",
            Values = values,
            Changed = [type.OrdinalOf("Name"), type.OrdinalOf("LastModifiedDate")],
        };
        var schema = new SchemaRegistry(new EventSchemas(_org)).Of(type);
        return (schema, new AvroEncoder(access).Encode(schema, change));
    }

    private static string Hex(string text) => Convert.ToHexString(System.Text.Encoding.ASCII.GetBytes(text));
}
