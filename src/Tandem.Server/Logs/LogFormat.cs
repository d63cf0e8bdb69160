namespace Tandem.Server.Logs;

/// <summary>How an entry of the log is written; each entry is one line.</summary>
public enum LogFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>One object a line.</summary>
    Json,

    /// <summary>Pairs of key and value with the keys of the contract. Source: heroku-connect.md, section 14.</summary>
    Logfmt,
}
