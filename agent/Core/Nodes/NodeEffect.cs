using NodeAgent.Contract;
using NodeAgent.Core.Wishes;

namespace NodeAgent.Core.Nodes;

/// <summary>What is to be done, in this order. Each is idempotent, and carries the epoch it is for.</summary>
public abstract record NodeEffect
{
    private NodeEffect()
    {
    }

    /// <summary>Ask the store for a lease of this length, and for the wish that begins the stay, in one.</summary>
    public sealed record Join(Wish.Join Wish, TimeSpan Lease) : NodeEffect;

    /// <summary>Ask the store to keep the lease alive.</summary>
    public sealed record Renew(long Session) : NodeEffect;

    /// <summary>Give the lease back: nothing is owned any more, and nobody needs to wait.</summary>
    public sealed record EndSession(long Session) : NodeEffect;

    /// <summary>Ask the store for a change.</summary>
    public sealed record Ask(Wish Wish) : NodeEffect;

    /// <summary>Tell the guard that it may feed until then, and not longer.</summary>
    public sealed record FeedUntil(Instant Deadline) : NodeEffect;

    /// <summary>Tell the guard that nothing is owned.</summary>
    public sealed record StandDown : NodeEffect;

    /// <summary>Freeze all services.</summary>
    public sealed record Freeze(string Reason) : NodeEffect;

    /// <summary>Let them go on.</summary>
    public sealed record Thaw : NodeEffect;

    /// <summary>Kill all services and close all units, at once and without waiting for anybody.</summary>
    public sealed record ReleaseAll(string Reason) : NodeEffect;

    /// <summary>Reset this node. The reason is written down before.</summary>
    public sealed record Reset(string Reason) : NodeEffect;

    /// <summary>Open the units of a service for writing, if this node may still write in that stay when it is done.</summary>
    public sealed record Promote(string Service, Epoch Epoch, long Session) : NodeEffect;

    /// <summary>Start its parts in order, if this node may still write in that stay when it begins.</summary>
    public sealed record Start(string Service, Epoch Epoch, long Session) : NodeEffect;

    /// <summary>Bring the copy of a node up to date while the service runs.</summary>
    public sealed record Prepare(string Service, Epoch Epoch, NodeId Target) : NodeEffect;

    /// <summary>Stop its parts in reverse order, within the limit.</summary>
    public sealed record Stop(string Service, Epoch Epoch, TimeSpan Limit) : NodeEffect;

    /// <summary>
    /// Close the units for good. With a target it must get what was written last, else nothing is closed; all other copies
    /// get it if they can be reached.
    /// </summary>
    public sealed record Close(string Service, Epoch Epoch, NodeId? Target) : NodeEffect;

    /// <summary>Cut the power of a node unless it is heard again, and read back that it is off.</summary>
    public sealed record Fence(NodeId Node, long Session) : NodeEffect;

    /// <summary>Look at the copies of this node; say with the answer up to which revision the store was seen before, and when that was.</summary>
    public sealed record Look(long Seen, Instant? AskedAt = null) : NodeEffect;

    /// <summary>Write into the history.</summary>
    public sealed record Tell(string Kind, string Subject, string Text) : NodeEffect;
}
