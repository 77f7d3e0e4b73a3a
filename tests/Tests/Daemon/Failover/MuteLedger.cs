using NodeAgent.Cluster.Ledger;
using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;

namespace NodeAgent.Tests.Daemon.Failover;

/// <summary>A store that never says what became of a wish, unless it is told what to say.</summary>
/// <param name="answer">What it says to each wish.</param>
/// <param name="view">What is seen of it.</param>
internal sealed class MuteLedger(Func<Wish, WishAnswer>? answer = null, Func<ClusterView>? view = null) : IClusterLedger
{
    public Task<Outcome<long>> JoinAsync(Wish.Join wish, TimeSpan lease, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<Answer> RenewAsync(long session, TimeSpan lease, CancellationToken cancellation) => Task.FromResult(Answer.Unknown);

    public Task<Answer> ExtendAsync(long session, TimeSpan lease, CancellationToken cancellation) => Task.FromResult(Answer.Unknown);

    public Task<Outcome<StayFound?>> FindAsync(string bootId, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<Outcome> EndAsync(long session, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<WishAnswer> AskAsync(Wish wish, long session, CancellationToken cancellation) => Task.FromResult(answer?.Invoke(wish) ?? WishAnswer.Unknown);

    public Task<Outcome<ClusterView>> LookAsync(CancellationToken cancellation) => Task.FromResult<Outcome<ClusterView>>(
        view is null ? new Fault(FaultCode.PeerUnavailable, "cannot read the cluster store", "it does not answer", "Wait.", Retry.Later) : view());

    public IAsyncEnumerable<ClusterView> FollowAsync(CancellationToken cancellation) => throw new NotSupportedException();
}
