namespace NodeAgent.Tests.Daemon.Replication;

/// <summary>Counts points, and kills at the one that was chosen.</summary>
public sealed class KillSwitch
{
    private int passed;

    /// <summary>The point to kill at, counted from 1; 0 for none.</summary>
    public int At { get; init; }

    /// <summary>Points passed so far.</summary>
    public int Passed => Volatile.Read(ref passed);

    /// <summary>The name of the point that killed; null if none did.</summary>
    public string? Point { get; private set; }

    /// <summary>A point.</summary>
    public void Pass(string point)
    {
        if (Interlocked.Increment(ref passed) == At || Point is not null)
        {
            Point ??= point;
            throw new Killed(point);
        }
    }
}
