using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Core.Leases;
using NodeAgent.Core.Views;

namespace NodeAgent.Core.Nodes;

/// <summary>All that a node knows. Lost with the agent; what must outlive it is in the store.</summary>
public sealed record NodeState
{
    /// <summary>An agent that has just begun.</summary>
    public static NodeState Fresh { get; } = new();

    /// <summary>An agent that takes over from one that ended in the same boot: its services go on under the same lease.</summary>
    /// <param name="session">The stay.</param>
    /// <param name="sentAt">When its last renewal that was granted was sent.</param>
    public static NodeState Resume(long session, Instant sentAt) => new()
    {
        Session = session,
        KnowsOwn = false,
        Lease = new LocalLease(LeaseStanding.Held, sentAt),
    };

    /// <summary>The store, as seen last; null: never.</summary>
    public ClusterView? View { get; init; }

    /// <summary>What may still be done while nobody answers.</summary>
    public LocalLease Lease { get; init; } = LocalLease.None;

    /// <summary>This stay; zero: none.</summary>
    public long Session { get; init; }

    /// <summary>The last stay that this process ended by itself; zero: none.</summary>
    public long Ended { get; init; }

    /// <summary>Since when another stay of this node's name is heard that is not of this boot; null: none is.</summary>
    public Instant? AnotherSince { get; init; }

    /// <summary>The stay of another machine that is known to be alive under this node's name; zero: none was.</summary>
    public long Another { get; init; }

    /// <summary>When the store was last asked to begin a stay.</summary>
    public Instant? JoinAsked { get; init; }

    /// <summary>When the store was last asked to keep the lease.</summary>
    public Instant RenewAsked { get; init; }

    /// <summary>True once it was seen that nothing runs from before.</summary>
    public bool IsClean { get; init; }

    /// <summary>False until an agent that took over has seen in the store what it has: until then it counts as owning something.</summary>
    public bool KnowsOwn { get; init; } = true;

    /// <summary>When it was last asked to see to that.</summary>
    public Instant? CleanAsked { get; init; }

    /// <summary>True if the guard's watchdog proves the end of writing.</summary>
    public bool IsAttested { get; init; }

    /// <summary>True if the guard counts deadlines.</summary>
    public bool IsGuarded { get; init; }

    /// <summary>True while this machine is being shut down.</summary>
    public bool IsShuttingDown { get; init; }

    /// <summary>
    /// True while the stay of another machine under this node's name lasts, or has ended and does not prove that it writes no more: this one must
    /// not join, for its boot id would be taken for that proof.
    /// </summary>
    public bool IsAnotherHere(NodeId self) => View is { } view && (view.IsLive(self, Another)
        || view.Record.Services.Values.Any(service => service.Owner is { } owner && owner.Node == self && owner.Session == Another && !Proofs.About(view, service).IsOk));

    /// <summary>True while units may be opened and parts be started in that stay: asked anew before each of these, and after.</summary>
    public bool MayWrite(long session, Timings timings, Instant now) => Session != 0 && Session == session && now < Lease.WritableUntil(timings);

    /// <summary>True if something here could be written.</summary>
    public bool OwnsAny => !KnowsOwn || Services.Count > 0;

    /// <summary>Services that this node has.</summary>
    public ImmutableSortedDictionary<string, LocalService> Services { get; init; } = ImmutableSortedDictionary.Create<string, LocalService>(StringComparer.Ordinal);

    /// <summary>Wishes without an answer, by subject.</summary>
    public ImmutableSortedDictionary<string, Question> Asked { get; init; } = ImmutableSortedDictionary.Create<string, Question>(StringComparer.Ordinal);

    /// <summary>Subjects whose wish is in the store, but not in a view that was seen since.</summary>
    public ImmutableSortedSet<string> Granted { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>Since when each node is not heard.</summary>
    public ImmutableSortedDictionary<string, Instant> SilentSince { get; init; } = ImmutableSortedDictionary.Create<string, Instant>(StringComparer.Ordinal);

    /// <summary>The nodes that this agent has ever heard.</summary>
    public ImmutableSortedSet<string> Heard { get; init; } = ImmutableSortedSet.Create<string>(StringComparer.Ordinal);

    /// <summary>When this node last tried to cut each node's power.</summary>
    public ImmutableSortedDictionary<string, Instant> FenceTried { get; init; } = ImmutableSortedDictionary.Create<string, Instant>(StringComparer.Ordinal);

    /// <summary>How the last attempt of this node on each node ended, until the store knows it.</summary>
    public ImmutableSortedDictionary<string, FenceResult> FenceResults { get; init; } = ImmutableSortedDictionary.Create<string, FenceResult>(StringComparer.Ordinal);

    /// <summary>Services that nobody may write.</summary>
    public ImmutableSortedDictionary<string, Orphan> Orphans { get; init; } = ImmutableSortedDictionary.Create<string, Orphan>(StringComparer.Ordinal);

    /// <summary>What the store knows of this node's copies.</summary>
    public NodeOffers Offers { get; init; } = NodeOffers.None;

    /// <summary>True while the store was not asked to take note of <see cref="Offers"/>: an answer about earlier ones is awaited.</summary>
    public bool AreOffersUntold { get; init; }

    /// <summary>When copies were last looked at.</summary>
    public Instant? LookAsked { get; init; }

    /// <summary>Why each service waits, as told last.</summary>
    public ImmutableSortedDictionary<string, string> Waits { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
}
