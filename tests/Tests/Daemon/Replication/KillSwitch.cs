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

    /// <summary>The one node that dies; null if all do.</summary>
    public string? Victim { get; init; }

    /// <summary>Asked at each point, before anybody dies.</summary>
    public Action<string> Look { get; set; } = _ => { };

    /// <summary>True once a node is dead.</summary>
    public bool IsDead(string node) => Point is not null && (Victim is null || Victim == node);

    /// <summary>A point; its name ends with "on NODE", or it is one of n1.</summary>
    public void Pass(string point)
    {
        Look(point);
        if (Interlocked.Increment(ref passed) == At)
        {
            Point ??= point;
        }

        if (IsDead(point.LastIndexOf(" on ", StringComparison.Ordinal) is > 0 and var at ? point[(at + 4)..] : "n1"))
        {
            throw new Killed(point);
        }
    }
}
