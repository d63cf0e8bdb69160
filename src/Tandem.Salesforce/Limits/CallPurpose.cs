using System.Runtime.InteropServices;

namespace Tandem.Salesforce.Limits;

/// <summary>What calls are made for, in the words of who makes them; calls of each purpose are counted apart.</summary>
/// <param name="ObjectName">The object; empty for what serves several.</param>
/// <param name="Work">The kind of work; empty when nobody has said it.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct CallPurpose(string ObjectName, string Work)
{
    /// <summary>Of calls that nobody has given a purpose.</summary>
    public static readonly CallPurpose Unsaid = new("", "");
}
