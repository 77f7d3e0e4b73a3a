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
    private readonly SilentStays silent = new(store, self, silence, time);
    private ImmutableSortedDictionary<string, long> ended = ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);
    private ImmutableSortedDictionary<string, long> left = ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);
    private MirrorView view = MirrorView.Empty;
    private LedgerSight? sight;
    private LedgerSight? toldSight;
    private ClusterView? told;

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(ChannelWriter<ClusterView> views, CancellationToken cancellation)
    {
        using var alarm = new Alarm(time);
        try
        {
            await FollowAsync(views, alarm, cancellation);
        }
        finally
        {
            await silent.Ending;
        }
    }

    private async Task FollowAsync(ChannelWriter<ClusterView> views, Alarm alarm, CancellationToken cancellation)
    {
        await using var steps = mirror.FollowAsync(cancellation).GetAsyncEnumerator(cancellation);
        var next = steps.MoveNextAsync().AsTask();
        while (true)
        {
            await NextOrDueAsync(next, alarm, cancellation);
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
            if (sight is not null)
            {
                silent.End(sight, view, cancellation);
            }
        }
    }

    private async Task NextOrDueAsync(Task next, Alarm alarm, CancellationToken cancellation) =>
        await (silence.UntilNext() is { } due ? Task.WhenAny(next, alarm.RingAsync(due + Moment)) : next).WaitAsync(cancellation);

    private void Take(MirrorStep step)
    {
        view = step.View;
        var isAnew = sight is null || step.AfterGap;
        if (!isAnew && step.Events.All(one => one.Key.StartsWith(StoreKeys.Presence, StringComparison.Ordinal) && IsKnownPresence(one)))
        {
            Hear(step.Events);
            return;
        }

        var before = sight;
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
            Lose(step.Events, before!);
            Hear(step.Events);
        }
    }

    private bool IsKnownPresence(StoreEvent one) => one.Entry is not null && sight!.Present.Contains(one.Key[StoreKeys.Presence.Length..]);

    // What was read, and not watched, may have been renewed until this moment.
    private void Look(LedgerSight now)
    {
        silent.Missed();
        foreach (var (name, session) in now.Sessions)
        {
            Saw(name, session);
        }

        foreach (var (name, member) in now.Record.Members.Where(member => !now.Sessions.ContainsKey(member.Key)))
        {
            silence.Missed(name, member.Session);
            left = left.ContainsKey(name) ? left : left.SetItem(name, now.Revision);
        }
    }

    private void Lose(IReadOnlyList<StoreEvent> events, LedgerSight before)
    {
        foreach (var name in events.Where(one => one.Entry is null && one.Key.StartsWith(StoreKeys.Sessions, StringComparison.Ordinal)).Select(one => one.Key[StoreKeys.Sessions.Length..]))
        {
            if (before.Sessions.GetValueOrDefault(name) is { } session)
            {
                silence.Lost(name, session.Number);
            }
        }
    }

    private void Hear(IReadOnlyList<StoreEvent> events)
    {
        foreach (var one in events)
        {
            if (one.Entry is not null && Node(one.Key) is { } name && sight!.Sessions.GetValueOrDefault(name) is { } session)
            {
                Saw(name, session);
            }
        }
    }

    private void Saw(string name, SessionEntry session)
    {
        silence.Saw(name, session.Number, session.Length);
        if (name == self.Value)
        {
            silent.HeardSelf(session.Length);
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

        var now = sight.View(silence, self, store.Identity) with { Revision = view.Revision };
        if (told is not null && ReferenceEquals(sight, toldSight) && now.Live.SequenceEqual(told.Live))
        {
            return;
        }

        foreach (var name in left.Keys.Where(name => !now.Live.ContainsKey(name) && !ended.ContainsKey(name)))
        {
            // Later than the store said, if it was not over by then: what was looked at before counts for nothing.
            var wasLive = told is not null && told.Revision >= left[name] && told.Live.ContainsKey(name);
            ended = ended.SetItem(name, wasLive ? view.Revision : left[name]);
        }

        ended = ended.RemoveRange(ended.Keys.Where(now.Live.ContainsKey));
        (told, toldSight) = (now with { Ended = ended }, sight);
        _ = views.TryWrite(told);
    }
}
