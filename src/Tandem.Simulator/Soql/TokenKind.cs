namespace Tandem.Simulator.Soql;

/// <summary>The kinds of token that <see cref="SoqlLexer"/> tells apart.</summary>
internal enum TokenKind
{
    /// <summary>A keyword or a name; SOQL decides by place which of the two it is.</summary>
    Word,

    /// <summary>A quoted string; the token's text is what stands between the quotes, escapes untouched.</summary>
    Text,

    /// <summary>An unquoted literal that starts with a digit or a sign: number, date, datetime or time.</summary>
    Figure,

    /// <summary>A bracket, a comma, a dot, a colon or an operator.</summary>
    Symbol,

    /// <summary>The end of the statement.</summary>
    End,
}
