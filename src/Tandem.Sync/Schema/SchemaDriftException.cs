namespace Tandem.Sync.Schema;

/// <summary>
/// The org's schema changed so that a mapping cannot go on until a person has acted; the message is the sentence for that person.
/// </summary>
public sealed class SchemaDriftException(string sentence) : Exception(sentence);
