using System.Collections.Immutable;
using System.Net;
using NodeAgent.Cluster;
using NodeAgent.Cluster.Etcd;
using NodeAgent.Contract;

namespace NodeAgent.Daemon.Stores;

/// <summary>
/// Looks now and then which members of the store answer: with one of three away everything still works, and the next loss stops
/// all takeovers. For what is told and foretold, never for what is decided.
/// </summary>
internal sealed class StoreWatch(
    Func<CancellationToken, Task<StoreHealth>> health, Func<CancellationToken, Task<Outcome<IReadOnlyList<EtcdMember>>>> members,
    Func<IReadOnlyDictionary<NodeId, IReadOnlyList<IPAddress>>> nodes, TimeProvider time)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(5);
    private volatile StoreMajority? last;
    private IReadOnlyList<EtcdMember> known = [];

    /// <summary>What was seen last; null: nothing yet.</summary>
    public StoreMajority? Last => last;

    /// <summary>Why the store could decide nothing without that node; null: it could, or nobody has looked yet.</summary>
    public string? Without(NodeId node) => last?.Without(node);

    /// <summary>Runs until cancelled: looks now and then, and soon after somebody was heard no more or again, for members live on nodes.</summary>
    /// <param name="heard">The nodes that are heard.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task RunAsync(Func<ImmutableSortedSet<string>> heard, CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                var before = heard();
                await LookAsync(cancellation);
                for (var passed = TimeSpan.Zero; passed < Every && heard().SetEquals(before); passed += Glance)
                {
                    await Task.Delay(Glance, time, cancellation);
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // Asked to end.
        }
    }

    /// <summary>Looks now. A member that is busy once is asked again before anything is said of it.</summary>
    public async Task<StoreMajority> LookAsync(CancellationToken cancellation)
    {
        var seen = await SeeAsync(cancellation);
        return last = seen.Silent.Any() ? await SeeAsync(cancellation) : seen;
    }

    private async Task<StoreMajority> SeeAsync(CancellationToken cancellation)
    {
        var (answering, list) = (health(cancellation), members(cancellation));
        var seen = await answering;
        // Who belongs to it seldom changes: without a majority counts who did.
        known = await list is { IsOk: true, Value: var told } ? told : known;
        return StoreMajority.Of(StoreSight.Report(seen, known), nodes());
    }
}
