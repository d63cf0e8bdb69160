namespace Tandem.Tests.Conformance.Fuzzing;

/// <summary>Sound input for every door of the org, to be broken.</summary>
internal static class Samples
{
    public static IReadOnlyList<string> Soql { get; } =
    [
        "SELECT Id, Name, Account.Name, Account.Owner.Name FROM Contact"
            + " WHERE LastName LIKE 'A%' AND (Email != null OR NOT Phone = '1') LIMIT 5",
        "SELECT Name, (SELECT Id, LastName FROM Contacts WHERE Email = null ORDER BY LastName LIMIT 3) FROM Account"
            + " WHERE Name IN ('a', 'b')",
        "SELECT StageName, COUNT(Id) n, SUM(Amount) FROM Opportunity GROUP BY StageName HAVING COUNT(Id) > 1 ORDER BY COUNT(Id) DESC",
        "SELECT Id FROM Account WHERE Id IN (SELECT AccountId FROM Contact WHERE CreatedDate = LAST_N_DAYS:30) AND AnnualRevenue >= 1.5",
        "SELECT FIELDS(STANDARD) FROM Account WHERE CreatedDate > 2020-01-31T10:00:00.000+02:00"
            + " ORDER BY Name NULLS LAST, Id DESC LIMIT 2 OFFSET 1",
        "SELECT COUNT() FROM Case WHERE CALENDAR_YEAR(CreatedDate) = 2026 AND Status IN ('New', 'Closed')",
        "SELECT TYPEOF Owner WHEN User THEN Name ELSE Id END, toLabel(Status) FROM Case"
            + " WHERE OwnerId != '005000000000001' WITH SECURITY_ENFORCED",
    ];

    /// <summary>Method, path below the version, and body.</summary>
    public static IReadOnlyList<(string Method, string Path, string Body)> Json { get; } =
    [
        ("POST", "/sobjects/Account", """{"Name":"n","Phone":"1","AnnualRevenue":12.5,"NumberOfEmployees":3,"OwnerId":null}"""),
        ("PATCH", "/sobjects/Account/Ext_Id__c/f-1", """{"Name":"n","Parent":{"Ext_Id__c":"f-2"}}"""),
        ("POST", "/composite/sobjects",
            """
            {"allOrNone":false,"records":[{"attributes":{"type":"Account"},"Name":"a"},{"attributes":{"type":"Contact"},"LastName":"b"}]}
            """),
        ("PATCH", "/composite/sobjects/Account/Ext_Id__c",
            """{"records":[{"attributes":{"type":"Account"},"Ext_Id__c":"f-3","Name":"a"}]}"""),
        ("POST", "/composite/sobjects/Account", """{"ids":["001000000000001AAA"],"fields":["Id","Name"]}"""),
        ("DELETE", "/composite/sobjects?ids=001000000000001AAA,003000000000001AAA&allOrNone=true", ""),
        ("POST", "/composite", """
            {"allOrNone":true,"compositeRequest":[{"method":"POST","url":"/services/data/v67.0/sobjects/Account","referenceId":"a",
            "body":{"Name":"c"}},{"method":"GET","url":"/services/data/v67.0/sobjects/Account/@{a.id}","referenceId":"b"}]}
            """),
        ("POST", "/composite/batch", """
            {"haltOnError":true,"batchRequests":[{"method":"GET","url":"v67.0/limits"},
            {"method":"PATCH","url":"v67.0/sobjects/Account/001000000000001AAA","richInput":{"Name":"x"}}]}
            """),
        ("POST", "/composite/graph", """
            {"graphs":[{"graphId":"g","compositeRequest":[{"method":"POST","url":"/services/data/v67.0/sobjects/Account","referenceId":"a",
            "body":{"Name":"g"}}]}]}
            """),
        ("POST", "/composite/tree/Account", """
            {"records":[{"attributes":{"type":"Account","referenceId":"r1"},"Name":"t","Contacts":{"records":[
            {"attributes":{"type":"Contact","referenceId":"r2"},"LastName":"u"}]}}]}
            """),
        ("POST", "/jobs/ingest",
            """{"object":"Account","operation":"insert","contentType":"CSV","lineEnding":"LF","columnDelimiter":"COMMA"}"""),
        ("POST", "/jobs/query", """{"operation":"query","query":"SELECT Id FROM Account","contentType":"CSV"}"""),
        ("GET", "/sobjects/Account/updated?start=2026-01-01T00:00:00Z&end=2026-01-02T00:00:00Z", ""),
        ("GET", "/sobjects/Account/describe", ""),
        ("GET", "/query/01g000000000001AAA-2000", ""),
    ];

    public const string Csv = "Name,Phone,Ext_Id__c,AnnualRevenue\n\"A, \"\"quoted\"\"\nline\",#N/A,f-9,12.5\nB,,f-10,\n";

    public const string Cometd = """
        [{"channel":"/meta/handshake","version":"1.0","supportedConnectionTypes":["long-polling"],"ext":{"replay":true},"id":"1"},
        {"channel":"/meta/subscribe","clientId":"x","subscription":"/data/AccountChangeEvent",
        "ext":{"replay":{"/data/AccountChangeEvent":-1}}}]
        """;

    public const string Soap = """
        <?xml version="1.0" encoding="utf-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"
        xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Header><SessionHeader xmlns="urn:partner.soap.sforce.com">
        <sessionId>@token</sessionId></SessionHeader></soapenv:Header><soapenv:Body><create xmlns="urn:partner.soap.sforce.com">
        <sObjects><type>Account</type><Name>s</Name><Phone xsi:nil="true"/></sObjects></create></soapenv:Body></soapenv:Envelope>
        """;
}
