using NodeAgent.Cluster.Ledger;
using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;

namespace NodeAgent.Tests.Daemon.Failover;

/// <summary>A store that never says what became of a wish.</summary>
internal sealed class MuteLedger : IClusterLedger
{
    public Task<Outcome<long>> JoinAsync(Wish.Join wish, TimeSpan lease, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<Answer> RenewAsync(long session, TimeSpan lease, CancellationToken cancellation) => Task.FromResult(Answer.Unknown);

    public Task<Answer> ExtendAsync(long session, TimeSpan lease, CancellationToken cancellation) => Task.FromResult(Answer.Unknown);

    public Task<Outcome<StayFound?>> FindAsync(string bootId, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<Outcome> EndAsync(long session, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<WishAnswer> AskAsync(Wish wish, long session, CancellationToken cancellation) => Task.FromResult(WishAnswer.Unknown);

    public Task<Outcome<ClusterView>> LookAsync(CancellationToken cancellation) => throw new NotSupportedException();

    public IAsyncEnumerable<ClusterView> FollowAsync(CancellationToken cancellation) => throw new NotSupportedException();
}
