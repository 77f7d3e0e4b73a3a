using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;

namespace NodeAgent.Cluster.Ledger;

/// <summary>The store as the decision core sees it: one record for all decisions, leases for stays, and what copies are worth.</summary>
public interface IClusterLedger
{
    /// <summary>Begins a stay: a lease, a session under it, and the member's record, at once or not at all.</summary>
    /// <param name="wish">What is known of this node.</param>
    /// <param name="lease">The lease's length. Granted longer than asked is refused: others would wait for less than they count with.</param>
    /// <param name="cancellation">Ends the waiting; it may have happened.</param>
    Task<Outcome<long>> JoinAsync(Wish.Join wish, TimeSpan lease, CancellationToken cancellation);

    /// <summary>Keeps the lease of a stay, and the shorter one that tells that the node is heard. A lease of another length becomes one of this.</summary>
    /// <param name="session">The stay.</param>
    /// <param name="lease">The lease's length. A longer one from before must have become as short as this by the asker's own count.</param>
    /// <param name="cancellation">Ends the waiting; it may have happened.</param>
    /// <returns>Yes: kept. No: the store says that there is no such lease. Unknown: no answer.</returns>
    Task<Answer> RenewAsync(long session, TimeSpan lease, CancellationToken cancellation);

    /// <summary>
    /// Makes the lease of a stay longer, and has the node count as heard for as long: nobody renews it while the agent is replaced.
    /// Others wait that long for a node that dies meanwhile.
    /// </summary>
    /// <returns>Yes: from the moment when it was asked, it lasts that long. No: there is no such stay. Unknown: it may.</returns>
    Task<Answer> ExtendAsync(long session, TimeSpan lease, CancellationToken cancellation);

    /// <summary>The stay that an earlier process of this boot left; null if there is none.</summary>
    Task<Outcome<StayFound?>> FindAsync(string bootId, CancellationToken cancellation);

    /// <summary>Gives the lease of a stay back. Idempotent.</summary>
    Task<Outcome> EndAsync(long session, CancellationToken cancellation);

    /// <summary>Asks for a change, by the rules of <see cref="WishRules"/>, against the store as it is.</summary>
    Task<WishAnswer> AskAsync(Wish wish, long session, CancellationToken cancellation);

    /// <summary>
    /// The store at this moment, read once; without <see cref="ClusterView.Ended"/>. Who is silent, and for how long, is what
    /// <see cref="FollowAsync"/> hears: looking changes nothing of it.
    /// </summary>
    Task<Outcome<ClusterView>> LookAsync(CancellationToken cancellation);

    /// <summary>The store now and after every change, newest only: a slow reader misses what was overtaken. Ends only by cancellation.</summary>
    IAsyncEnumerable<ClusterView> FollowAsync(CancellationToken cancellation);
}
