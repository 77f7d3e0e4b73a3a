using NodeAgent.Contract;

namespace NodeAgent.Core.Nodes;

/// <summary>A service that nobody may write.</summary>
/// <param name="Since">Since when, on this node's boot clock.</param>
/// <param name="Revision">The state of the store in which that was seen first.</param>
/// <param name="Epoch">The tenure that was lost. After another one all begins anew.</param>
public sealed record Orphan(Instant Since, long Revision, Epoch Epoch)
{
    /// <summary>
    /// The state of the store in which it was seen first that the last writer writes no more; null: that is not known yet. A node
    /// without a watchdog may write on after its lease ended, until its power is cut: what copies were worth before says too little.
    /// </summary>
    public long? Proved { get; init; }

    /// <summary>Copies have to be looked at in this state of the store or a later one.</summary>
    public long LookedFrom => Proved ?? Revision;
}
