using NodeAgent.Contract;

namespace NodeAgent.Cluster;

/// <summary>One step of a watch.</summary>
public abstract record WatchStep
{
    private WatchStep()
    {
    }

    /// <summary>All that one revision did to the watched keys.</summary>
    public sealed record Changed(long Revision, IReadOnlyList<StoreEvent> Events) : WatchStep;

    /// <summary>The watch stands on a live connection; what is missing is on its way.</summary>
    public sealed record Connected : WatchStep;

    /// <summary>The connection broke. It is being made again; until then nothing is known of what happens.</summary>
    public sealed record Interrupted(Fault Fault) : WatchStep;

    /// <summary>The history that was asked for is gone. The last step.</summary>
    public sealed record Compacted(long OldestKept) : WatchStep;
}
