using NodeAgent.Contract;
using NodeAgent.Core.Views;

namespace NodeAgent.Daemon.Configuration;

/// <summary>A service: units, and what to start on them.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Units">They move together, before anything is started.</param>
/// <param name="Parts">In the order of their start.</param>
/// <param name="Nodes">Where it may run, the best first; empty for every node.</param>
/// <param name="RpoLimit">The most that a failover may lose without an operator.</param>
/// <param name="RestartLimit">Restarts in a row on one node before it moves.</param>
/// <param name="MoveLimit">Moves in a row before it waits for an operator.</param>
/// <param name="FailBack">Whether it goes back to a better node by itself.</param>
/// <param name="Spread">Whether the node with the fewest services comes first.</param>
/// <param name="OnNodeStop">What happens when its node is shut down.</param>
/// <param name="With">Services that it runs beside.</param>
/// <param name="Apart">Services that it does not run beside.</param>
internal sealed record ServiceConfig(
    string Name,
    IReadOnlyList<UnitId> Units,
    IReadOnlyList<PartConfig> Parts,
    IReadOnlyList<NodeId> Nodes,
    TimeSpan RpoLimit,
    int RestartLimit,
    int MoveLimit,
    bool FailBack,
    bool Spread,
    NodeStopPolicy OnNodeStop,
    IReadOnlyList<string> With,
    IReadOnlyList<string> Apart);
