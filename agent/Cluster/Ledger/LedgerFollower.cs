using System.Collections.Immutable;
using System.Threading.Channels;

using NodeAgent.Cluster.Mirror;
using NodeAgent.Cluster.Records;
using NodeAgent.Contract;
using NodeAgent.Core.Views;

namespace NodeAgent.Cluster.Ledger;

/// <summary>Follows the ledger's keys and makes views of them, for one reader.</summary>
/// <param name="store">The store.</param>
/// <param name="self">This node.</param>
/// <param name="time">The boot clock and its timers.</param>
/// <param name="silence">What is heard of nodes; shared with whoever else decides by it.</param>
/// <param name="trouble">Told what cannot be read; null when all can.</param>
internal sealed class LedgerFollower(IClusterStore store, NodeId self, TimeProvider time, NodeSilence silence, Action<Fault?> trouble)
{
    // A store that does not answer is asked again soon: nothing is decided without it.
    private static readonly TimeSpan RetryEvery = TimeSpan.FromSeconds(0.5);

    // Timers may fire a little early by the boot clock.
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(2);

    private readonly StoreMirror mirror = new(store, LedgerSight.Range, time, RetryEvery);
    private ImmutableSortedDictionary<string, long> ended = ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);
    private ImmutableSortedDictionary<string, long> left = ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);
    private LedgerSight? sight;
    private LedgerSight? toldSight;
    private ClusterView? told;
    private long revision;

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(ChannelWriter<ClusterView> views, CancellationToken cancellation)
    {
        await using var steps = mirror.FollowAsync(cancellation).GetAsyncEnumerator(cancellation);
        var next = steps.MoveNextAsync().AsTask();
        while (true)
        {
            await NextOrDueAsync(next, cancellation);
            if (next.IsCompleted)
            {
                if (!await next)
                {
                    return;
                }

                Take(steps.Current);
                next = steps.MoveNextAsync().AsTask();
            }

            Tell(views);
        }
    }

    private async Task NextOrDueAsync(Task next, CancellationToken cancellation)
    {
        if (silence.UntilNext() is not { } due)
        {
            await next.WaitAsync(cancellation);
            return;
        }

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _ = await Task.WhenAny(next, Task.Delay(due + Moment, time, enough.Token));
        await enough.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
    }

    private void Take(MirrorStep step)
    {
        revision = step.View.Revision;
        var isAnew = sight is null || step.AfterGap;
        if (!isAnew && step.Events.All(one => one.Key.StartsWith(StoreKeys.Presence, StringComparison.Ordinal) && IsKnownPresence(one)))
        {
            Hear(step.Events);
            return;
        }

        var read = LedgerSight.Read(step.View.Revision, step.View.Entries.Values);
        trouble(read.Fault);
        // A record that cannot be read says nothing: what was known before is not repeated either, as it may be wrong by now.
        sight = read.IsOk ? read.Value : null;
        foreach (var one in step.Events.Where(one => one.Key.StartsWith(StoreKeys.Sessions, StringComparison.Ordinal)))
        {
            var name = one.Key[StoreKeys.Sessions.Length..];
            left = one.Entry is null ? left.SetItem(name, one.Revision) : left.Remove(name);
        }

        if (sight is null)
        {
            told = null;
            return;
        }

        if (isAnew)
        {
            Look(sight);
        }
        else
        {
            Hear(step.Events);
        }
    }

    private bool IsKnownPresence(StoreEvent one) => one.Entry is not null && sight!.Present.Contains(one.Key[StoreKeys.Presence.Length..]);

    // What was read, and not watched, may have been renewed until this moment.
    private void Look(LedgerSight now)
    {
        foreach (var (name, session) in now.Sessions)
        {
            silence.Saw(name, session.Number, session.Length);
        }

        foreach (var (name, member) in now.Record.Members.Where(member => !now.Sessions.ContainsKey(member.Key)))
        {
            silence.Missed(name, member.Session);
            left = left.ContainsKey(name) ? left : left.SetItem(name, now.Revision);
        }
    }

    private void Hear(IReadOnlyList<StoreEvent> events)
    {
        foreach (var one in events)
        {
            if (one.Key.StartsWith(StoreKeys.Sessions, StringComparison.Ordinal) && one.Entry is null)
            {
                silence.Lost(one.Key[StoreKeys.Sessions.Length..]);
            }
            else if (one.Entry is not null && Node(one.Key) is { } name && sight!.Sessions.GetValueOrDefault(name) is { } session)
            {
                silence.Saw(name, session.Number, session.Length);
            }
        }
    }

    private static string? Node(string key) =>
        key.StartsWith(StoreKeys.Sessions, StringComparison.Ordinal) ? key[StoreKeys.Sessions.Length..]
        : key.StartsWith(StoreKeys.Presence, StringComparison.Ordinal) ? key[StoreKeys.Presence.Length..]
        : null;

    private void Tell(ChannelWriter<ClusterView> views)
    {
        if (sight is null)
        {
            return;
        }

        var view = sight.View(silence, self) with { Revision = revision };
        if (told is not null && ReferenceEquals(sight, toldSight) && view.Live.SequenceEqual(told.Live))
        {
            return;
        }

        foreach (var name in left.Keys.Where(name => !view.Live.ContainsKey(name) && !ended.ContainsKey(name)))
        {
            // Later than the store said, if it was not over by then: what was looked at before counts for nothing.
            var wasLive = told is not null && told.Revision >= left[name] && told.Live.ContainsKey(name);
            ended = ended.SetItem(name, wasLive ? revision : left[name]);
        }

        ended = ended.RemoveRange(ended.Keys.Where(view.Live.ContainsKey));
        (told, toldSight) = (view with { Ended = ended }, sight);
        _ = views.TryWrite(told);
    }
}
