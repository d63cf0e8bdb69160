namespace Tandem.Simulator.Soql;

/// <summary>One token of a statement and the offset where it starts; the parser's food.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, int Position)
{
    public bool IsWord(string word) => Kind == TokenKind.Word && Text.Equals(word, StringComparison.OrdinalIgnoreCase);

    public bool IsSymbol(string symbol) => Kind == TokenKind.Symbol && Text.Equals(symbol, StringComparison.Ordinal);
}
