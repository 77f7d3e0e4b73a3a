using System.Runtime.CompilerServices;

using NodeAgent.Contract;

namespace NodeAgent.Cluster.Mirror;

/// <summary>
/// Follows all keys of a range: reads them, watches from the next revision on, and reads all again if history was lost. Nothing is missed
/// and nothing comes in another order. How fresh it is, is for the lease to say: a mirror that hears nothing knows nothing.
/// </summary>
public sealed class StoreMirror(IClusterStore store, KeyRange range, TimeProvider time, TimeSpan retryEvery)
{
    private MirrorView current = MirrorView.Empty;
    private Fault? interrupted;

    /// <summary>The newest view.</summary>
    public MirrorView Current => Volatile.Read(ref current);

    /// <summary>Why it hears nothing at the moment; null while it stands on a live connection.</summary>
    public Fault? Interrupted => Volatile.Read(ref interrupted);

    /// <summary>Follows until cancelled; one call at a time. Called again it goes on where it was.</summary>
    public async IAsyncEnumerable<MirrorStep> FollowAsync([EnumeratorCancellation] CancellationToken cancellation)
    {
        while (true)
        {
            var read = await store.ReadAsync(range, cancellation);
            if (!read.IsOk)
            {
                Volatile.Write(ref interrupted, read.Fault);
                await Task.Delay(retryEvery, time, cancellation);
                continue;
            }

            // A member that is behind must not take the view back.
            if (read.Value.Revision < Current.Revision)
            {
                Volatile.Write(ref interrupted, Behind(read.Value.Revision));
                await Task.Delay(retryEvery, time, cancellation);
                continue;
            }

            var before = Current;
            var next = new MirrorView(read.Value.Revision, MirrorView.Empty.Entries.AddRange(read.Value.Entries.Select(entry => KeyValuePair.Create(entry.Key, entry))));
            Volatile.Write(ref current, next);
            Volatile.Write(ref interrupted, null);
            yield return new(next, before.To(next), AfterGap: before.Revision != 0);

            await foreach (var step in store.WatchAsync(range, next.Revision + 1, cancellation))
            {
                Volatile.Write(ref interrupted, (step as WatchStep.Interrupted)?.Fault);
                if (step is WatchStep.Changed changed)
                {
                    Volatile.Write(ref current, Current.With(changed));
                    yield return new(Current, changed.Events, AfterGap: false);
                }
            }
        }
    }

    private Fault Behind(long revision) => new(
        FaultCode.Diverged, "cannot follow the cluster store", $"it is at revision {revision}, and was at {Current.Revision} before",
        "Was the store restored from a backup? Then restart the agent.", Retry.AfterFix);
}
