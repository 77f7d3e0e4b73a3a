using NodeAgent.Contract;
using NodeAgent.Core.Leases;
using NodeAgent.Core.Placement;

namespace NodeAgent.Core.Nodes;

/// <summary>What a node is configured to.</summary>
/// <param name="Self">Its name.</param>
/// <param name="BootId">The kernel's boot id.</param>
/// <param name="Timings">All spans.</param>
public sealed record NodeSettings(NodeId Self, string BootId, Timings Timings)
{
    /// <summary>The agent's process: another number for each.</summary>
    public long Run { get; init; } = 1;

    /// <summary>True if it can cut the power of that node.</summary>
    public Func<NodeId, bool> CanFence { get; init; } = _ => false;

    /// <summary>Why the store could decide nothing without that node; null: it could. For what is foretold, never for what is decided.</summary>
    public Func<NodeId, string?> StoreWithout { get; init; } = _ => null;

    /// <summary>What would happen if a node died now.</summary>
    public Foresight Foresight => new(Timings, LookEvery, CanFence, StoreWithout);

    /// <summary>How long a node that was never heard may take to boot before its power is cut.</summary>
    public TimeSpan BootPatience { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How often copies are looked at without a reason.</summary>
    public TimeSpan LookEvery { get; init; } = CopyAge.LookEvery;

    /// <summary>How long after the last failure a service is tried again where it failed.</summary>
    public TimeSpan ForgiveAfter { get; init; } = TimeSpan.FromMinutes(1);
}
