using NodeAgent.Contract;

namespace NodeAgent.Daemon.Replication;

/// <summary>What replication of a unit to one copy did last.</summary>
/// <param name="LastSuccess">When a cycle last succeeded, wall clock; null if none has since the agent started.</param>
/// <param name="Took">How long that cycle took.</param>
/// <param name="Fault">Why the last cycle failed; null if it succeeded.</param>
/// <param name="Failures">Failed cycles in a row.</param>
/// <param name="Report">What the copy last said of itself; null if it has not spoken.</param>
public sealed record PeerActivity(
    DateTimeOffset? LastSuccess, TimeSpan Took, Fault? Fault, int Failures, CopyReport? Report)
{
    /// <summary>Runs to the copy that ended since the agent started.</summary>
    public long Runs { get; init; }

    /// <summary>Nothing is known yet.</summary>
    public static PeerActivity None { get; } = new(null, TimeSpan.Zero, null, 0, null);
}
