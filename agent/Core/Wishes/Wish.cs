using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Core.Views;

namespace NodeAgent.Core.Wishes;

/// <summary>
/// A change of the store that a node asks for. It carries what the node had seen; if that is not so any more, the store
/// refuses it and nothing changes.
/// </summary>
public abstract record Wish
{
    private Wish()
    {
    }

    /// <summary>What it is about: one wish at a time for each.</summary>
    public abstract string Subject { get; }

    /// <summary>Begin a stay with nothing running. The store gives it a number and a lease.</summary>
    /// <param name="BootId">The kernel's boot id.</param>
    /// <param name="IsAttested">Whether the watchdog is open and its timeout was read back.</param>
    /// <param name="After">The node's last stay, as it was seen: a question that comes late must not end a later one.</param>
    /// <param name="Run">The agent's process.</param>
    public sealed record Join(string BootId, bool IsAttested, long After, long Run) : Wish
    {
        /// <inheritdoc/>
        public override string Subject => "session";
    }

    /// <summary>Go on with a stay that another process of this node began: what that one asked is refused from now on.</summary>
    public sealed record Adopt(long Run) : Wish
    {
        /// <inheritdoc/>
        public override string Subject => "session";
    }

    /// <summary>Tell what this node knows of its watchdog now.</summary>
    public sealed record NoteWatchdog(bool IsAttested) : Wish
    {
        /// <inheritdoc/>
        public override string Subject => "watchdog";
    }

    /// <summary>Tell that this node is being shut down.</summary>
    public sealed record Leave : Wish
    {
        /// <inheritdoc/>
        public override string Subject => "leave";
    }

    /// <summary>
    /// Make a service known, or change what was chosen for it. A new one is this node's from the start: only the writer of
    /// its units, or any node if it has none, may ask. A known one is changed only by the node that has it. One that has just the units
    /// of another which nobody has is that one under a new name; any node may ask for that.
    /// </summary>
    /// <param name="Policy">What was chosen.</param>
    /// <param name="Start">The newest epoch of its units; zero: nobody ever wrote them.</param>
    public sealed record Define(ServicePolicy Policy, Epoch Start) : Wish
    {
        /// <summary>Units that are to be its own; null: whoever asks does not say. Those that are known stay in any case.</summary>
        public ImmutableArray<UnitClaim>? Units { get; init; }

        /// <summary>True if they are opened next, in the service's epoch.</summary>
        public bool Opens { get; init; }

        /// <summary>Units that leave it, as the record names them: they are closed, and it is not configured to have them.</summary>
        public ImmutableArray<string> Leaves { get; init; } = [];

        /// <inheritdoc/>
        public override string Subject => $"service/{Policy.Name}";
    }

    /// <summary>Have a service whose epoch was the given one, and say what is lost at most.</summary>
    public sealed record Take(string Service, Epoch After, TimeSpan Loss) : Wish
    {
        /// <inheritdoc/>
        public override string Subject => $"service/{Service}";
    }

    /// <summary>Tell how far this node is with a service that it has.</summary>
    public sealed record Publish(string Service, Epoch Epoch, ServicePhase Phase, string Reason) : Wish
    {
        /// <inheritdoc/>
        public override string Subject => $"service/{Service}";
    }

    /// <summary>Let go of a service: nothing of it runs here, and its units are closed.</summary>
    /// <param name="Service">The service.</param>
    /// <param name="Epoch">Of the tenure that ends.</param>
    /// <param name="Handed">What the copy here ends with; null if it does not matter.</param>
    /// <param name="Failure">How it failed here; null if it did not.</param>
    /// <param name="KeptFor">The node that it is kept for.</param>
    /// <param name="IsKeptFirmly">True if it is kept even while that node is away.</param>
    /// <param name="Reason">Why, for people.</param>
    public sealed record Release(string Service, Epoch Epoch, Offer? Handed, string? Failure, NodeId? KeptFor, bool IsKeptFirmly, string Reason) : Wish
    {
        /// <inheritdoc/>
        public override string Subject => $"service/{Service}";
    }

    /// <summary>Try a service again on nodes where it failed; whoever has it and saw it run for long makes an end of all failures before.</summary>
    public sealed record Forgive(string Service, Epoch Epoch) : Wish
    {
        /// <inheritdoc/>
        public override string Subject => $"service/{Service}";
    }

    /// <summary>Begin to end a node's stay from outside.</summary>
    public sealed record BeginFence(NodeId Node, long Session) : Wish
    {
        /// <inheritdoc/>
        public override string Subject => $"fence/{Node}";
    }

    /// <summary>That stay is over: its power is off, read back. Without a proof: the attempt failed, and the node may join.</summary>
    public sealed record EndFence(NodeId Node, long Session, Proof? Proof) : Wish
    {
        /// <inheritdoc/>
        public override string Subject => $"fence/{Node}";
    }

    /// <summary>Tell what the copies here are worth. Needs no compare.</summary>
    public sealed record PublishOffers(NodeOffers Offers) : Wish
    {
        /// <inheritdoc/>
        public override string Subject => "offers";
    }

    /// <summary>What an operator wants.</summary>
    public sealed record Order(Orders What, string Of, string Why, NodeId? To = null) : Wish
    {
        /// <inheritdoc/>
        public override string Subject => $"order/{What}/{Of}";
    }
}
