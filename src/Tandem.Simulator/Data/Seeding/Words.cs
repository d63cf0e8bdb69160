namespace Tandem.Simulator.Data.Seeding;

/// <summary>The words that the seed makes names, addresses and texts of, among them what breaks careless readers of CSV and JSON.</summary>
internal static class Words
{
    public static readonly string[] FirstNames =
    [
        "Ada", "Grace", "Alan", "Edgar", "Barbara", "Donald", "Frances", "Dennis", "Katherine", "Ken", "Margaret", "Linus", "Radia", "Tim",
        "Hedy", "Claude", "Joan", "John", "Mary", "Niklaus", "Sophie", "Guido", "José", "Zoë", "Søren", "Łukasz", "Ольга", "花子",
            "Nour", "Amélie",
        "Priya", "Rajesh", "Chen", "Mei", "Kofi", "Ama", "Lars", "Ingrid", "Mateo", "Lucía",
    ];

    public static readonly string[] LastNames =
    [
        "Lovelace", "Hopper", "Turing", "Codd", "Liskov", "Knuth", "Allen", "Ritchie", "Johnson", "Thompson", "Hamilton", "Perlman",
            "Berners",
        "Lamarr", "Shannon", "Clarke", "Backus", "Wirth", "Wilson", "O'Brien", "D'Angelo", "García", "Müller", "Ångström", "Петрова", "山田",
        "Nguyen", "Singh", "Okafor", "Mensah", "Hansen", "Rossi", "Smith-Jones", "van der Berg", "Kowalski", "Fernández", "Novák", "Haddad",
    ];

    public static readonly string[] CompanyStems =
    [
        "Acme", "Northwind", "Blue Harbor", "Summit", "Granite", "Evergreen", "Silverline", "Redwood", "Pioneer", "Atlas", "Meridian",
            "Cobalt",
        "Lakeside", "Ironwood", "Sterling", "Crestview", "Horizon", "Golden Gate", "Cascade", "Juniper", "Café Zürich", "Østerbro", "東京",
    ];

    public static readonly string[] CompanyTrades =
    [
        "Logistics", "Foods", "Energy", "Systems", "Textiles", "Robotics", "Partners", "Health", "Shipping", "Media", "Instruments",
            "Paper",
        "Marine", "Software", "Tools", "Glass", "Coffee", "Optics",
    ];

    public static readonly string[] CompanyForms = ["Inc.", "Ltd.", "GmbH", "LLC", "Corp.", "& Sons", "Group", "S.A.", "K.K."];

    public static readonly string[] Streets =
        ["Main Street", "Oak Avenue", "Park Lane", "Mill Road", "Harbor Way", "Hauptstraße", "Rue de la Paix", "Elm Street, Suite 4",
            "Hill Drive"];

    public static readonly Place[] Places =
    [
        new("San Francisco", "CA", "94105", "USA", 37.7749m, -122.4194m), new("New York", "NY", "10001", "USA", 40.7128m, -74.006m),
        new("Chicago", "IL", "60601", "USA", 41.8781m, -87.6298m), new("Austin", "TX", "73301", "USA", 30.2672m, -97.7431m),
        new("Toronto", "ON", "M5H 2N2", "Canada", 43.6532m, -79.3832m), new("London", "England", "EC1A 1BB", "United Kingdom",
            51.5074m, -0.1278m),
        new("Zürich", "ZH", "8001", "Switzerland", 47.3769m, 8.5417m), new("München", "Bayern", "80331", "Germany", 48.1351m, 11.582m),
        new("São Paulo", "SP", "01000-000", "Brazil", -23.5505m, -46.6333m), new("東京", "東京都", "100-0001", "Japan", 35.6762m, 139.6503m),
        new("Nairobi", "Nairobi", "00100", "Kenya", -1.2921m, 36.8219m), new("Sydney", "NSW", "2000", "Australia", -33.8688m, 151.2093m),
    ];

    public static readonly string[] Titles =
        ["CEO", "CFO", "VP, Sales", "Director of Operations", "Buyer", "Engineer", "Head of \"Special Projects\"", "Office Manager",
            "Analyst"];

    public static readonly string[] Departments = ["Sales", "Finance", "Operations", "Research & Development", "Legal", "Support"];

    public static readonly string[] Sentences =
    [
        "Met at the spring fair.", "Asked for a quote, twice.", "Said \"call me next quarter\", so we do.",
            "Prefers mail; never phones back.",
        "First line\nsecond line\nthird line", "Paid in full, on time, every time.", "Große Pläne für das nächste Jahr",
            "Очень важный клиент",
        "長いお付き合いです", "Happy customer 🎉 and a friend 🚀", "Tab\tseparated\tnotes", "Discount: 12,5 % or 10 units; whichever is more",
        "Windows\r\nline ends", "A 'single quoted' remark", "Backslash \\ and slash /", "Needs <b>bold</b> moves & decisions",
    ];

    public static readonly string[] Subjects =
    [
        "Cannot sign in", "Invoice is wrong", "Machine does not start", "Question about \"Enterprise\" plan", "Delivery late, again",
            "Spare parts needed",
    ];

    public static readonly string[] Products =
        ["Pump", "Valve", "Sensor", "Controller", "Gateway", "Licence", "Support Plan", "Training Day", "Cable 3 m", "Housing 19\""];

    public static readonly (string Code, string Name)[] Trades =
        [("3571", "Electronic computers"), ("2037", "Frozen fruits, juices"), ("7372", "Prepackaged software"), ("4412",
            "Deep sea freight"), ("6021", "National banks")];
}
