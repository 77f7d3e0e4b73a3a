using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Daemon.Configuration;
using NodeAgent.Linux.Services;

namespace NodeAgent.Daemon.Failover.Services;

/// <summary>A service as this node would run it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Units">They are opened before anything is started, and closed after everything is stopped.</param>
/// <param name="Parts">What is started.</param>
/// <param name="StartLimit">How long the start may take.</param>
/// <param name="Chosen">What was chosen for it.</param>
/// <param name="Members">All nodes of the cluster, for a service that may run on any; null if it names its nodes.</param>
internal sealed record RunnableService(
    string Name, IReadOnlyList<UnitId> Units, ServiceParts Parts, TimeSpan StartLimit, ServicePolicy Chosen, Func<IReadOnlyList<NodeId>>? Members = null)
{
    /// <summary>As configured; null if it was made otherwise.</summary>
    public ServiceConfig? Definition { get; init; }

    /// <summary>What was chosen for it, with the nodes as they are now.</summary>
    public ServicePolicy Policy => Members is null ? Chosen : Chosen with { Nodes = [.. Members()] };
}
