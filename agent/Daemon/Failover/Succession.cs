using NodeAgent.Cluster.Ledger;
using NodeAgent.Core.Nodes;
using NodeAgent.Daemon.Failover.Guards;
using NodeAgent.Linux.Clocks;

namespace NodeAgent.Daemon.Failover;

/// <summary>
/// An agent that is replaced, as by an upgrade: the process that goes leaves its stay and the guard's deadline to the one that
/// comes, and services go on. Whatever is not certain ends in letting go: that is slower, and safe.
/// </summary>
internal sealed class Succession(FailoverParts parts, LedgerEffects ledger, NodeLoop loop)
{
    private const int GuardTries = 5;
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan AskGuardAgain = TimeSpan.FromMilliseconds(200);
    private readonly BootClock clock = new(parts.Time);

    /// <summary>
    /// Leaves everything as it is to the process that follows: the lease lasts until it is there, and so does the guard's
    /// deadline. False: that could not be had. The lease may be the longer one all the same; renewals go on either way.
    /// </summary>
    public async Task<bool> HandOverAsync(TimeSpan limit)
    {
        using var late = new CancellationTokenSource(limit, parts.Time);
        TimeSpan within;
        try
        {
            // Asked before anything is made longer: renewals stop then, and what the guard does not believe could not be handed over.
            if (loop.State is not { Session: not 0 and var session, IsShuttingDown: false, OwnsAny: true, IsGuarded: true }
                || await CountAsync(late.Token) is not { } count || Within(count) is not { } possible
                || !await ledger.ExtendAsync(session, possible, loop.Post, late.Token))
            {
                return false;
            }

            within = possible;

            while (!await IsCoveredAsync(session, late.Token))
            {
                await Task.Delay(LookAgain, parts.Time, late.Token);
            }
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested)
        {
            return false;
        }

        parts.History.Tell("handed-over", parts.Settings.Self.Value, FormattableString.Invariant($"the agent is being replaced: its lease lasts {within.TotalSeconds} s longer, services go on"));
        return true;
    }

    /// <summary>What this process begins with: the stay of the one before it, if both the guard and the store vouch for it.</summary>
    public async Task<NodeState> TakeOnAsync(CancellationToken cancellation)
    {
        if (await CountAsync(cancellation) is not { } count)
        {
            return NodeState.Fresh;
        }

        while (clock.Now < count.Deadline)
        {
            var found = await parts.Ledger.FindAsync(parts.Settings.BootId, cancellation);
            if (found.IsOk)
            {
                return found.Value is { } stay ? Resume(count, stay) : NodeState.Fresh;
            }

            await Task.Delay(parts.Settings.Timings.RenewEvery, parts.Time, cancellation);
        }

        return NodeState.Fresh;
    }

    private TimeSpan? Within(GuardCount count)
    {
        var within = parts.Settings.Timings.ReplacedWithin(count.LongestLease);
        if (within is null)
        {
            parts.Log.LogWarning(
                "the agent is replaced, and its services are stopped or moved first: the guard believes no deadline further ahead than {Longest} s, which leaves too little time with this stall tolerance; start nodeagent-guard with a larger --longest-lease",
                count.LongestLease.TotalSeconds);
        }

        return within;
    }

    private async Task<bool> IsCoveredAsync(long session, CancellationToken cancellation)
    {
        var sentAt = loop.State.Lease.SentAt;
        return sentAt >= clock.Now && await parts.Guard.CountAsync(cancellation) is { IsOk: true, Value: { } count }
            && count.Session == session && count.Deadline >= sentAt.Add(parts.Settings.Timings.GuardStop);
    }

    private NodeState Resume(GuardCount count, StayFound stay)
    {
        // A deadline further ahead than the store's lease could have given is one of a longer lease that is no more.
        var sentAt = count.Deadline.Add(-parts.Settings.Timings.GuardStop);
        if (count.Session != stay.Session || sentAt > clock.Now.Add(stay.Lease - parts.Settings.Timings.Lease))
        {
            parts.Log.LogWarning("the agent was replaced, but the guard counts for another lease than the store has: everything is let go of first");
            return NodeState.Fresh;
        }

        ledger.CoverUntil(sentAt);
        parts.History.Tell("taken-on", parts.Settings.Self.Value, "the agent was replaced: services of this node go on under the same lease");
        return NodeState.Resume(stay.Session, sentAt);
    }

    // A guard that counts means that a process before this one held a lease and let go of nothing. One that is only slow to
    // answer must not look like one that counts nothing: services would be stopped.
    private async Task<GuardCount?> CountAsync(CancellationToken cancellation)
    {
        for (var tries = 1; ; tries++)
        {
            var count = await parts.Guard.CountAsync(cancellation);
            if (count.IsOk || tries == GuardTries)
            {
                return count.IsOk ? count.Value : null;
            }

            await Task.Delay(AskGuardAgain, parts.Time, cancellation);
        }
    }
}
