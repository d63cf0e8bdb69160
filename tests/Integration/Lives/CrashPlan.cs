namespace Tandem.Tests.Integration.Lives;

/// <summary>At which reach of which failpoint the program dies next; outlives the lives that it ends.</summary>
internal sealed class CrashPlan
{
    private readonly Lock _lock = new();
    private string? _name;
    private int _left;

    public void Arm(string name, int reach)
    {
        lock (_lock)
            (_name, _left) = (name, reach);
    }

    public void Disarm()
    {
        lock (_lock)
            _name = null;
    }

    /// <summary>True when this reach is the one to die at.</summary>
    public bool Strikes(string name)
    {
        lock (_lock)
        {
            if (name != _name || --_left > 0)
                return false;
            _name = null;
            return true;
        }
    }
}
