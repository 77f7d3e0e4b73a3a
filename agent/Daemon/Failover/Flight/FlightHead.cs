using NodeAgent.Contract;
using NodeAgent.Core.Leases;
using NodeAgent.Core.Nodes;

namespace NodeAgent.Daemon.Failover.Flight;

/// <summary>How a record begins: all that decisions rest on beside the inputs.</summary>
/// <param name="Self">The node.</param>
/// <param name="BootId">The kernel's boot id.</param>
/// <param name="Timings">All spans.</param>
/// <param name="CanFence">Nodes whose power it can cut.</param>
/// <param name="LookEvery">How often copies are looked at.</param>
/// <param name="ForgiveAfter">When what failed is tried again.</param>
/// <param name="BootPatience">How long a node that was never heard may boot.</param>
/// <param name="Run">The agent's process.</param>
/// <param name="State">What it knew.</param>
internal sealed record FlightHead(
    NodeId Self, string BootId, Timings Timings, IReadOnlyList<NodeId> CanFence, TimeSpan LookEvery, TimeSpan ForgiveAfter, TimeSpan BootPatience, long Run,
    NodeState State)
{
    /// <summary>The settings that it was made of.</summary>
    public NodeSettings Settings() => new(Self, BootId, Timings)
    {
        CanFence = node => CanFence.Contains(node),
        LookEvery = LookEvery,
        ForgiveAfter = ForgiveAfter,
        BootPatience = BootPatience,
        Run = Run,
    };
}
