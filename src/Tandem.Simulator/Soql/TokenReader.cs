using System.Collections.Frozen;
using System.Globalization;
using Tandem.Simulator.Http;

namespace Tandem.Simulator.Soql;

/// <summary>The parsers' place in a statement: looks at the next token, takes it, or refuses it. One per statement, shared by all parsers.
/// </summary>
internal sealed class TokenReader(string statement)
{
    private const int DeepestNesting = 100;

    private static readonly FrozenSet<string> Reserved = FrozenSet.ToFrozenSet(
        [
            "AND", "ASC", "DESC", "EXCLUDES", "FIRST", "FROM", "GROUP", "HAVING", "IN", "INCLUDES", "LAST", "LIKE", "LIMIT", "NOT", "NULL",
            "NULLS", "OR", "SELECT", "USING", "WHERE", "WITH",
        ],
        StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> Clauses = FrozenSet.ToFrozenSet(
        ["ORDER", "OFFSET", "FOR", "ALL", "UPDATE", "AS", "ELSE", "END", "WHEN", "THEN"], StringComparer.OrdinalIgnoreCase);

    private readonly List<Token> _tokens = SoqlLexer.Read(statement);
    private int _next;
    private int _depth;

    public string Statement => statement;

    public Token Current => _tokens[_next];

    /// <summary>A token after the current one; the end stays the end.</summary>
    public Token Ahead(int count) => _tokens[Math.Min(_next + count, _tokens.Count - 1)];

    public Token Take()
    {
        var token = Current;
        if (token.Kind != TokenKind.End)
            _next++;
        return token;
    }

    public bool TakeWord(string word) => Current.IsWord(word) && Take() is not { Kind: TokenKind.End };

    public bool TakeSymbol(string symbol) => Current.IsSymbol(symbol) && Take() is not { Kind: TokenKind.End };

    public void Expect(string word)
    {
        if (!TakeWord(word))
            throw Unexpected(Current);
    }

    public void ExpectSymbol(string symbol)
    {
        if (!TakeSymbol(symbol))
            throw Unexpected(Current);
    }

    /// <summary>A name that is no keyword.</summary>
    public string TakeName()
    {
        var token = Current;
        if (token.Kind != TokenKind.Word || Reserved.Contains(token.Text))
            throw Unexpected(token);
        return Take().Text;
    }

    /// <summary>The name of an object: Group is one, although it is a keyword too.</summary>
    public string TakeObjectName() => Current.IsWord("GROUP") ? Take().Text : TakeName();

    /// <summary>A name that gives another one to what stands before it; null when none follows.</summary>
    public string? TakeAlias()
    {
        if (Current.Kind == TokenKind.Word && !Reserved.Contains(Current.Text) && !Clauses.Contains(Current.Text))
            return Take().Text;
        return null;
    }

    public FieldPath TakePath()
    {
        var position = Current.Position;
        var names = new List<string> { Ahead(1).IsSymbol(".") ? TakeObjectName() : TakeName() };
        while (TakeSymbol("."))
            names.Add(TakeObjectName());
        return new FieldPath { Names = names, Position = position };
    }

    public int TakeWhole()
    {
        var token = Current;
        if (token.Kind != TokenKind.Figure || !int.TryParse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            throw Unexpected(token);
        Take();
        return number;
    }

    public double TakeNumber()
    {
        var token = Current;
        if (token.Kind != TokenKind.Figure || !LiteralSyntax.TryNumber(token.Text, out var number))
            throw Unexpected(token);
        Take();
        return (double)number;
    }

    /// <summary>Reads something that may contain itself, up to a depth that the stack bears.</summary>
    public T Nested<T>(Func<T> read)
    {
        if (++_depth > DeepestNesting)
            throw Fault(Current.Position, "QUERY_TOO_COMPLICATED", "The query is nested too deeply.");
        var result = read();
        _depth--;
        return result;
    }

    public ApiException Unexpected(Token token) => SoqlFault.Unexpected(statement, token);

    public ApiException Fault(int position, string errorCode, string reason) => SoqlFault.At(statement, position, errorCode, reason);
}
