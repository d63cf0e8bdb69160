namespace Tandem.Sync.Running;

/// <summary>
/// A shift cannot go on until a person has acted; the message is the sentence for that person. The host shows it and stops.
/// </summary>
public sealed class ShiftEndedException(string sentence, Exception? inner = null) : Exception(sentence, inner);
