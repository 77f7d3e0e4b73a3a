using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

using NodeAgent.Cluster;
using NodeAgent.Contract;

namespace NodeAgent.Tests.Cluster.Ledger;

/// <summary>A store whose watches can be cut, so that what happens meanwhile is never shown: as after a compaction.</summary>
internal sealed class GappyStore(IClusterStore inner) : IClusterStore
{
    private readonly ConcurrentQueue<LeaseId> kept = new();
    private TaskCompletionSource cut = new();
    private TaskCompletionSource healed = new();

    /// <summary>Leases that were asked to be kept, in order.</summary>
    public string? Identity => inner.Identity;

    public IReadOnlyList<LeaseId> Kept => [.. kept];

    /// <summary>A lease whose questions get lost; none if it is zero.</summary>
    public LeaseId Deaf { get; set; } = LeaseId.None;

    /// <summary>The key whose changes come too late: watches do not show them.</summary>
    public string Late { get; set; } = string.Empty;

    /// <summary>Ends what is watched now; nothing is read again until <see cref="Heal"/>.</summary>
    public void Cut() => cut.SetResult();

    public void Heal()
    {
        cut = new();
        healed.SetResult();
        healed = new();
    }

    /// <summary>The next reading waits for this; none waits if it is null.</summary>
    public Task? NextRead { get; set; }

    public async Task<Outcome<StoreView>> ReadAsync(KeyRange range, CancellationToken cancellation)
    {
        var wait = NextRead;
        NextRead = null;
        await (wait ?? Task.CompletedTask).WaitAsync(cancellation);
        return await inner.ReadAsync(range, cancellation);
    }

    public Task<Commit> CommitAsync(StoreTransaction transaction, CancellationToken cancellation) => inner.CommitAsync(transaction, cancellation);

    public Task<Outcome<LeaseGrant>> GrantAsync(TimeSpan length, CancellationToken cancellation) => inner.GrantAsync(length, cancellation);

    public Task<Outcome<LeaseGrant>> KeepAliveAsync(LeaseId lease, CancellationToken cancellation)
    {
        kept.Enqueue(lease);
        return lease == Deaf && lease != LeaseId.None
            ? Task.FromResult<Outcome<LeaseGrant>>(new Fault(FaultCode.ControlPlaneUnavailable, "cannot keep a lease", "it got lost", "", Retry.Later))
            : inner.KeepAliveAsync(lease, cancellation);
    }

    public Task<Outcome> RevokeAsync(LeaseId lease, CancellationToken cancellation) => inner.RevokeAsync(lease, cancellation);

    public async IAsyncEnumerable<WatchStep> WatchAsync(KeyRange range, long fromRevision, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var (cutting, healing) = (cut.Task, healed.Task);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await using var steps = inner.WatchAsync(range, fromRevision, stop.Token).GetAsyncEnumerator(stop.Token);
        while (true)
        {
            var next = steps.MoveNextAsync().AsTask();
            if (await Task.WhenAny(next, cutting) == cutting)
            {
                await stop.CancelAsync();
                await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await healing.WaitAsync(cancellation);
                yield return new WatchStep.Compacted(fromRevision);
                yield break;
            }

            if (!await next)
            {
                yield break;
            }

            yield return steps.Current is WatchStep.Changed changed && Late.Length > 0
                ? changed with { Events = [.. changed.Events.Where(one => one.Key != Late)] }
                : steps.Current;
        }
    }

    public Task<Outcome> CompactAsync(long revision, CancellationToken cancellation) => inner.CompactAsync(revision, cancellation);

    public Task<StoreHealth> HealthAsync(CancellationToken cancellation) => inner.HealthAsync(cancellation);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
