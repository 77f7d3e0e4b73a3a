using NodeAgent.Cluster;
using NodeAgent.Cluster.Ledger;
using NodeAgent.Contract;
using NodeAgent.Core.Views;
using NodeAgent.Core.Wishes;
using NodeAgent.Linux.Clocks;

namespace NodeAgent.Tests.Cluster.Ledger;

/// <summary>A node at the ledger.</summary>
internal sealed class LedgerSeat(IClusterStore store, string name, string? bootId = null, TimeProvider? time = null, long run = 1) : IDisposable
{
    public NodeId Node { get; } = new(name);

    public ClusterLedger Ledger { get; } = new(store, new(name), run, time ?? new BootTimeProvider(), () => Guid.NewGuid().ToString("n"));

    public long Session { get; private set; }

    /// <summary>The lease that was asked for last.</summary>
    public TimeSpan Lease { get; private set; }

    private static CancellationToken Soon => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    public async Task JoinAsync(TimeSpan lease)
    {
        var joined = await Ledger.JoinAsync(await WishToJoinAsync(), lease, Soon);
        Assert.IsTrue(joined.IsOk, joined.Fault?.ToString());
        (Session, Lease) = (joined.Value, lease);
    }

    /// <summary>False if it is refused.</summary>
    public async Task<bool> JoinAsync(Wish.Join wish, TimeSpan lease)
    {
        var joined = await Ledger.JoinAsync(wish, lease, Soon);
        (Session, Lease) = joined.IsOk ? (joined.Value, lease) : (Session, Lease);
        return joined.IsOk;
    }

    public async Task<Wish.Join> WishToJoinAsync() =>
        new(bootId ?? $"boot-{name}", IsAttested: true, (await ViewAsync(_ => true)).Record.Member(Node)?.Session ?? 0, run);

    public Task<WishAnswer> AskAsync(Wish wish) => Ledger.AskAsync(wish, Session, Soon);

    public Task<WishAnswer> TakeAsync(string service, long after) => AskAsync(new Wish.Take(service, new(after), TimeSpan.Zero));

    public async Task DeclareAsync(string service) =>
        Assert.AreEqual(WishAnswer.Done, await Ledger.DeclareAsync([new ServicePolicy(service, [new("a"), new("b")])], Soon));

    public LedgerFollow Follow() => new(Ledger);

    /// <summary>The first view of which something holds.</summary>
    public async Task<ClusterView> ViewAsync(Func<ClusterView, bool> wanted)
    {
        await using var follow = Follow();
        return await follow.UntilAsync(wanted);
    }

    public void Dispose() => Ledger.Dispose();
}
