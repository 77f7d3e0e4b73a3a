using NodeAgent.Contract;
using NodeAgent.Daemon.Status.Reserves;

namespace NodeAgent.Daemon.Status;

/// <summary>What one node knows at first hand. Nodes exchange these; a status is made of all that are at hand.</summary>
/// <param name="Node">The node.</param>
/// <param name="Version">The version of the agent that runs there.</param>
/// <param name="At">When the report was made, by that node's wall clock.</param>
/// <param name="RestartRequired">The version that still runs although another is installed; null if they are the same.</param>
/// <param name="Backends">Its backends.</param>
/// <param name="Units">The units it writes or keeps a copy of.</param>
/// <param name="OpenOperations">Operations that have not ended.</param>
public sealed record NodeReport(
    NodeId Node,
    string Version,
    DateTimeOffset At,
    string? RestartRequired,
    IReadOnlyList<BackendLine> Backends,
    IReadOnlyList<UnitReport> Units,
    int OpenOperations)
{
    /// <summary>What it has of memory and processors, and uses; null: an agent that does not tell, or that could not read it.</summary>
    public NodeLoad? Load { get; init; }
}
