using Tandem.Sync.Catalog;
using Tandem.Sync.Catalog.Files;

namespace Tandem.Cli;

/// <summary>Reads the mapping files that commands are given, and names the file in every sentence about it.</summary>
internal static class MappingFiles
{
    /// <exception cref="ConfigurationException">It cannot be read, or is no mapping file; every problem is named.</exception>
    public static (string Text, MappingFile File) Read(FileInfo file)
    {
        try
        {
            var text = File.ReadAllText(file.FullName);
            return (text, MappingFile.Parse(text));
        }
        catch (ConfigurationException exception)
        {
            throw new ConfigurationException([.. exception.Problems.Select(problem => $"{file}: {problem}")], exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException($"The mapping file {file} cannot be read: {exception.Message}", exception);
        }
    }
}
