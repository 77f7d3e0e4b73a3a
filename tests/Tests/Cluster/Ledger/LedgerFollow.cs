using NodeAgent.Cluster.Ledger;
using NodeAgent.Core.Views;

namespace NodeAgent.Tests.Cluster.Ledger;

/// <summary>Someone who follows a ledger.</summary>
internal sealed class LedgerFollow : IAsyncDisposable
{
    private readonly CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));
    private readonly IAsyncEnumerator<ClusterView> views;

    public LedgerFollow(ClusterLedger ledger) => views = ledger.FollowAsync(limit.Token).GetAsyncEnumerator(limit.Token);

    public async Task<ClusterView> UntilAsync(Func<ClusterView, bool> wanted)
    {
        do
        {
            Assert.IsTrue(await views.MoveNextAsync(), "the views ended");
        }
        while (!wanted(views.Current));

        return views.Current;
    }

    public async ValueTask DisposeAsync()
    {
        await views.DisposeAsync();
        limit.Dispose();
    }
}
