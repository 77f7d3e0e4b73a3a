using NodeAgent.Contract;

namespace NodeAgent.Daemon.Failover.Drills;

/// <summary>What came of a drill: evidence for whoever has to show that switching over works.</summary>
/// <param name="ApiVersion">The version of this shape.</param>
/// <param name="Cluster">The cluster.</param>
/// <param name="Service">The service.</param>
/// <param name="By">The node that ran the drill and signs for it.</param>
/// <param name="StartedAt">When it began, by that node's wall clock.</param>
/// <param name="EndedAt">When it ended.</param>
/// <param name="HasPassed">True if the service went there and came back, and nothing was lost.</param>
/// <param name="Text">A sentence.</param>
/// <param name="NextStep">What to do; empty if there is nothing.</param>
/// <param name="From">Where it ran before.</param>
/// <param name="To">Where it was sent.</param>
/// <param name="IfNodeDied">What would have happened if its node had died just before.</param>
/// <param name="Legs">The ways, as far as it came.</param>
public sealed record DrillReport(
    string ApiVersion,
    string Cluster,
    string Service,
    NodeId By,
    DateTimeOffset StartedAt,
    DateTimeOffset EndedAt,
    bool HasPassed,
    string Text,
    string NextStep,
    NodeId From,
    NodeId To,
    string IfNodeDied,
    IReadOnlyList<DrillLeg> Legs)
{
    /// <summary>The version of this shape.</summary>
    public const string Version = "nodeagent-drill/1";

    /// <summary>The signed file on the node that ran it; null within that file.</summary>
    public string? File { get; init; }
}
