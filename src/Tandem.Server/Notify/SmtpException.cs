namespace Tandem.Server.Notify;

/// <summary>
/// A mail server refused a step of a mail. The message has its status and our word for the step, and none of its own words.
/// </summary>
internal sealed class SmtpException(string message, Exception? inner = null) : Exception(message, inner);
