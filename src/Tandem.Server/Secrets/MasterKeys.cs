using Tandem.Sync.Catalog;

namespace Tandem.Server.Secrets;

/// <summary>The master keys that a start was given: the one to use, and the one before while it is being replaced.</summary>
public sealed record MasterKeys
{
    public const string Variable = "TANDEM_KEY";
    public const string FileVariable = "TANDEM_KEY_FILE";
    public const string PreviousVariable = "TANDEM_PREVIOUS_KEY";
    public const string PreviousFileVariable = "TANDEM_PREVIOUS_KEY_FILE";

    /// <summary>None: nothing secret can be stored.</summary>
    public static MasterKeys None { get; } = new();

    public MasterKey? Current { get; init; }

    /// <summary>The key ring is re-encrypted from this one when it still is under it.</summary>
    public MasterKey? Previous { get; init; }

    /// <param name="read">Gives a variable of the environment; null or empty when it is not set.</param>
    /// <exception cref="ConfigurationException">A key is none, its file cannot be read, or it is given twice.</exception>
    public static MasterKeys Read(Func<string, string?> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        var keys = new MasterKeys
        {
            Current = Read(read, Variable, FileVariable),
            Previous = Read(read, PreviousVariable, PreviousFileVariable),
        };
        return keys is { Current: null, Previous: not null }
            ? throw new ConfigurationException(
                $"{PreviousVariable} or {PreviousFileVariable} is set without a new key: give that with {FileVariable} or {Variable}.")
            : keys;
    }

    private static MasterKey? Read(Func<string, string?> read, string variable, string fileVariable)
    {
        var text = read(variable);
        var path = read(fileVariable);
        if (string.IsNullOrEmpty(path))
            return string.IsNullOrEmpty(text) ? null : MasterKey.Parse(text, variable);
        return string.IsNullOrEmpty(text)
            ? MasterKey.Parse(ReadFile(path, fileVariable), $"{fileVariable}, {path}")
            : throw new ConfigurationException($"{variable} and {fileVariable} are both set: give one of them.");
    }

    private static string ReadFile(string path, string variable)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ConfigurationException($"{variable}: the file {path} cannot be read: {exception.Message}", exception);
        }
    }
}
