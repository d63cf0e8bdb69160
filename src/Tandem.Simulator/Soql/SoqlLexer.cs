namespace Tandem.Simulator.Soql;

/// <summary>Cuts a statement into tokens. Used by <see cref="SoqlParser"/>. Source: salesforce-api.md, section 4, "Literals".</summary>
internal sealed class SoqlLexer(string statement)
{
    private static readonly string[] Symbols = ["!=", "<>", "<=", ">=", "(", ")", ",", ".", ":", "=", "<", ">"];

    private int _position;

    public static List<Token> Read(string statement)
    {
        var lexer = new SoqlLexer(statement);
        var tokens = new List<Token>();
        do
            tokens.Add(lexer.Next());
        while (tokens[^1].Kind != TokenKind.End);
        return tokens;
    }

    private Token Next()
    {
        while (_position < statement.Length && char.IsWhiteSpace(statement[_position]))
            _position++;
        if (_position == statement.Length)
            return new Token(TokenKind.End, "", _position);

        var first = statement[_position];
        if (first == '\'')
            return QuotedText();
        if (char.IsAsciiLetter(first) || first == '_')
            return Run(TokenKind.Word, static character => char.IsAsciiLetterOrDigit(character) || character == '_');
        if (char.IsAsciiDigit(first)
            || (first is '+' or '-' && _position + 1 < statement.Length && char.IsAsciiDigit(statement[_position + 1])))
        {
            return Run(TokenKind.Figure, static character => char.IsAsciiLetterOrDigit(character) || character is ':' or '.' or '+' or '-');
        }

        foreach (var symbol in Symbols)
        {
            if (string.CompareOrdinal(statement, _position, symbol, 0, symbol.Length) != 0)
                continue;
            _position += symbol.Length;
            return new Token(TokenKind.Symbol, symbol, _position - symbol.Length);
        }

        throw SoqlFault.Unexpected(statement, new Token(TokenKind.Symbol, first.ToString(), _position));
    }

    private Token Run(TokenKind kind, Func<char, bool> belongs)
    {
        var start = _position++;
        while (_position < statement.Length && belongs(statement[_position]))
            _position++;
        return new Token(kind, statement[start.._position], start);
    }

    private Token QuotedText()
    {
        var start = _position++;
        while (_position < statement.Length && statement[_position] != '\'')
            _position += statement[_position] == '\\' ? 2 : 1;
        if (_position >= statement.Length)
            throw SoqlFault.At(statement, start, SoqlFault.MalformedQuery, "The string literal that starts here has no closing quote.");

        return new Token(TokenKind.Text, statement[(start + 1).._position++], start);
    }
}
