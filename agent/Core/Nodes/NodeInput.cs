using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;

namespace NodeAgent.Core.Nodes;

/// <summary>What a node is told. Results name the epoch they belong to: one that was overtaken changes nothing.</summary>
public abstract record NodeInput
{
    private NodeInput()
    {
    }

    /// <summary>Time passed.</summary>
    public sealed record Ticked : NodeInput;

    /// <summary>The store looks like this now.</summary>
    public sealed record Seen(ClusterView View) : NodeInput;

    /// <summary>The store kept the lease of this stay; asked for at <paramref name="SentAt"/>.</summary>
    public sealed record Renewed(long Session, Instant SentAt) : NodeInput;

    /// <summary>The store says that the lease of this stay is no more.</summary>
    public sealed record LeaseEnded(long Session) : NodeInput;

    /// <summary>A stay began; its lease was asked for at <paramref name="SentAt"/>.</summary>
    public sealed record Joined(long Session, Instant SentAt) : NodeInput;

    /// <summary>What became of a wish.</summary>
    public sealed record Answered(Wish Wish, WishAnswer Answer) : NodeInput;

    /// <summary>What the guard knows of the watchdog, and whether it counts deadlines.</summary>
    public sealed record GuardTold(bool IsAttested, bool IsArmed) : NodeInput;

    /// <summary>Opening the units ended.</summary>
    public sealed record Promoted(string Service, Epoch Epoch, string? Failure) : NodeInput
    {
        /// <summary>True if nothing failed: it is opened in a later epoch, as the store will give to whoever takes it next.</summary>
        public bool IsEarly { get; init; }
    }

    /// <summary>Starting the parts ended.</summary>
    public sealed record Started(string Service, Epoch Epoch, string? Failure) : NodeInput;

    /// <summary>A service that runs was seen to have failed.</summary>
    /// <param name="Service">Which.</param>
    /// <param name="Epoch">In which epoch.</param>
    /// <param name="Why">What was seen.</param>
    /// <param name="IsHopelessHere">True if no restart on this node could help, such as when its disks answer nothing.</param>
    public sealed record Failed(string Service, Epoch Epoch, string Why, bool IsHopelessHere = false) : NodeInput;

    /// <summary>Whether a service that runs had better run on another node: its storage here has failed, and does without.</summary>
    /// <param name="Service">Which.</param>
    /// <param name="Epoch">In which epoch.</param>
    /// <param name="Why">What is the matter; null: nothing is any more.</param>
    public sealed record Unsuited(string Service, Epoch Epoch, string? Why) : NodeInput;

    /// <summary>Bringing the target up to date ended.</summary>
    public sealed record Prepared(string Service, Epoch Epoch, string? Failure) : NodeInput;

    /// <summary>Stopping the parts ended. A failure means that something may still run.</summary>
    public sealed record Stopped(string Service, Epoch Epoch, string? Failure) : NodeInput;

    /// <summary>Closing the units ended; a failure means that they may still be open.</summary>
    /// <param name="Service">The service.</param>
    /// <param name="Epoch">Of the tenure.</param>
    /// <param name="Handed">What the copy here ends with.</param>
    /// <param name="Failure">Why not; null if they are closed.</param>
    public sealed record Closed(string Service, Epoch Epoch, Offer? Handed, string? Failure) : NodeInput;

    /// <summary>All services are stopped and all units closed, looked at and seen.</summary>
    public sealed record AllReleased : NodeInput;

    /// <summary>Something could not be let go of.</summary>
    public sealed record ReleaseFailed(string Why) : NodeInput;

    /// <summary>The copies of this node, looked at just now.</summary>
    /// <param name="Offers">The copies.</param>
    /// <param name="AskedAt">A moment before the look, on this node's boot clock; null: not known.</param>
    public sealed record Looked(NodeOffers Offers, Instant? AskedAt = null) : NodeInput;

    /// <summary>An attempt to cut the power of a node ended.</summary>
    /// <param name="Node">The node.</param>
    /// <param name="Session">The stay that was to end.</param>
    /// <param name="Confirmed">What was read back; null if it is not known to be off.</param>
    public sealed record FenceEnded(NodeId Node, long Session, string? Confirmed) : NodeInput;

    /// <summary>This machine is being shut down.</summary>
    public sealed record ShutdownBegan : NodeInput;
}
