using NodeAgent.Contract;

namespace NodeAgent.Core.Leases;

/// <summary>
/// What this node may still do while nobody answers. It counts from before it asked; everybody else counts from after the
/// store answered, and longer. Needs no leader and no peer.
/// </summary>
/// <param name="Standing">How far it is.</param>
/// <param name="SentAt">When the last renewal that was granted was sent.</param>
public sealed record LocalLease(LeaseStanding Standing, Instant SentAt)
{
    /// <summary>A node that owns nothing.</summary>
    public static LocalLease None { get; } = new(LeaseStanding.Idle, new Instant(0));

    /// <summary>Until when a unit may be promoted, started or announced: asked before each of these.</summary>
    public Instant WritableUntil(Timings timings) => Standing == LeaseStanding.Held ? SentAt.Add(timings.Freeze) : new Instant(0);

    /// <summary>The next state, and what is to be done.</summary>
    /// <param name="timings">All spans.</param>
    /// <param name="input">What happened.</param>
    /// <param name="now">This node's boot clock when the input is handled, never when it was made.</param>
    public (LocalLease Next, IReadOnlyList<LeaseEffect> Effects) Step(Timings timings, LeaseInput input, Instant now) => input switch
    {
        LeaseInput.Renewed renewed => Renew(timings, renewed.SentAt, now),
        LeaseInput.Ticked => Tick(timings, now),
        LeaseInput.Ended when Standing is LeaseStanding.Held or LeaseStanding.Frozen =>
            (this with { Standing = LeaseStanding.Demoting }, [new LeaseEffect.ReleaseAll("the store says that the lease ended")]),
        LeaseInput.AllReleased when Standing == LeaseStanding.Demoting => (None with { SentAt = SentAt }, [new LeaseEffect.StandDown()]),
        LeaseInput.ReleaseFailed failed when Standing == LeaseStanding.Demoting => (this, [new LeaseEffect.ResetNode($"what this node owns could not be let go of: {failed.Why}")]),
        _ => (this, []),
    };

    private (LocalLease, IReadOnlyList<LeaseEffect>) Renew(Timings timings, Instant sentAt, Instant now)
    {
        // An answer that comes late is worth what is left of it; one that is older than the last says nothing.
        if (Standing == LeaseStanding.Demoting || (Standing != LeaseStanding.Idle && sentAt <= SentAt))
        {
            return Tick(timings, now);
        }

        if (now >= sentAt.Add(timings.Freeze))
        {
            return Standing == LeaseStanding.Idle ? (this, []) : (this with { SentAt = sentAt }).Tick(timings, now);
        }

        var feed = new LeaseEffect.FeedUntil(sentAt.Add(timings.GuardStop));
        var held = new LocalLease(LeaseStanding.Held, sentAt);
        // Renewed means that the lease never ended in the store, so even a node that slept may go on.
        return Standing == LeaseStanding.Frozen
            ? (held, [feed, new LeaseEffect.ThawServices()])
            : (held, [feed]);
    }

    private (LocalLease, IReadOnlyList<LeaseEffect>) Tick(Timings timings, Instant now) => Standing switch
    {
        LeaseStanding.Held or LeaseStanding.Frozen when now >= SentAt.Add(timings.Demote) =>
            (this with { Standing = LeaseStanding.Demoting }, [new LeaseEffect.ReleaseAll(Silent(timings.Demote))]),
        LeaseStanding.Held when now >= SentAt.Add(timings.Freeze) =>
            (this with { Standing = LeaseStanding.Frozen }, [new LeaseEffect.FreezeServices(Silent(timings.Freeze))]),
        LeaseStanding.Demoting when now >= SentAt.Add(timings.GuardStop) =>
            (this, [new LeaseEffect.ResetNode("what this node owns was not let go of in time")]),
        _ => (this, []),
    };

    private static string Silent(TimeSpan span) => FormattableString.Invariant($"the lease was not renewed for {span.TotalSeconds:0.##} s");
}
