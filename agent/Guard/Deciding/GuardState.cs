namespace NodeAgent.Guard.Deciding;

/// <summary>Everything the guard decides from. No clock, no device: <see cref="Step"/> is a function.</summary>
internal readonly record struct GuardState
{
    /// <summary>A value of <see cref="ResetBy"/>: no reset is due.</summary>
    public const long Never = long.MaxValue;

    private const uint Root = 0;

    // What the cluster allows a device to be late: nobody takes over before this is over, too.
    private const long DeviceSlack = 500_000_000;

    /// <summary>Whose messages count, besides root's.</summary>
    public uint AgentUserId { get; init; }

    public GuardPhase Phase { get; init; }

    /// <summary>On CLOCK_BOOTTIME, in nanoseconds.</summary>
    public long Deadline { get; init; }

    public long Epoch { get; init; }

    /// <summary>The connection that armed; only it may renew or disarm.</summary>
    public ulong Agent { get; init; }

    /// <summary>No message may reach further ahead than this, in nanoseconds.</summary>
    public long LongestLease { get; init; }

    /// <summary>True if a device with an attested timeout is at hand.</summary>
    public bool HasDevice { get; init; }

    /// <summary>The one question that matters. A deadline that is reached is over; a node that owns nothing is not reset.</summary>
    /// <param name="now">On CLOCK_BOOTTIME.</param>
    /// <param name="runs">True if the device counts down: one that is stopped needs nothing.</param>
    public bool MayFeed(long now, bool runs = true) =>
        (Phase == GuardPhase.Armed && now < Deadline) || (Phase == GuardPhase.Disarmed && runs);

    /// <summary>
    /// When the device must have reset the node. A guard that still runs then has a device that stood still with the
    /// machine, or one that does not work. A feed that came after the deadline puts nothing off.
    /// </summary>
    /// <param name="lastFed">On CLOCK_BOOTTIME.</param>
    /// <param name="timeout">Of the device, as read back, in nanoseconds.</param>
    public long ResetBy(long lastFed, long timeout) => Phase switch
    {
        GuardPhase.Disarmed => Never,
        GuardPhase.Condemned => lastFed + timeout + DeviceSlack,
        // A deadline of zero is not known: then only the feeds tell.
        _ => Math.Max(Deadline, (Deadline > 0 ? Math.Min(lastFed, Deadline) : lastFed) + timeout + DeviceSlack),
    };

    /// <summary>True if the messages of this user count.</summary>
    public bool Trusts(uint userId) => userId == Root || userId == AgentUserId;

    /// <summary>What time alone does.</summary>
    public GuardState At(long now) =>
        Phase == GuardPhase.Armed && now >= Deadline ? this with { Phase = GuardPhase.Expired } : this;

    /// <summary>What a message does. A refused one changes nothing but what time did anyway.</summary>
    public (GuardState State, Verdict Verdict) Step(long now, in GuardMessage message)
    {
        var state = At(now);
        if (!Trusts(message.SenderUserId) || message.Connection == 0)
        {
            return (state, Verdict.Stranger);
        }

        return message.Kind switch
        {
            MessageKind.Query => (state, Verdict.Accepted),
            MessageKind.Arm => state.Arm(now, message),
            MessageKind.Renew => state.Renew(now, message),
            MessageKind.Disarm => state.Disarm(message),
            MessageKind.Adopt => state.Adopt(message),
            MessageKind.Condemn => state.Condemn(message),
            MessageKind.Attest => (state, state.Phase == GuardPhase.Disarmed ? Verdict.Accepted : Verdict.StillArmed),
            _ => (state, Verdict.Malformed),
        };
    }

    private (GuardState State, Verdict Verdict) Arm(long now, in GuardMessage message)
    {
        if (!HasDevice)
        {
            return (this, Verdict.NoDevice);
        }

        // Only a newer lease may shorten: that is how an upgraded agent gives back the longer one.
        var verdict = Judge(now, message, mayShorten: Phase == GuardPhase.Disarmed || message.Epoch > Epoch);
        return verdict == Verdict.Accepted
            ? (Hold(message) with { Agent = message.Connection }, verdict)
            : (this, verdict);
    }

    private (GuardState State, Verdict Verdict) Renew(long now, in GuardMessage message)
    {
        if (Phase == GuardPhase.Disarmed)
        {
            return (this, Verdict.NotArmed);
        }

        if (message.Connection != Agent)
        {
            return (this, Verdict.Stranger);
        }

        var verdict = Judge(now, message, mayShorten: false);
        return verdict == Verdict.Accepted ? (Hold(message), verdict) : (this, verdict);
    }

    private (GuardState State, Verdict Verdict) Disarm(in GuardMessage message)
    {
        if (Phase == GuardPhase.Disarmed)
        {
            return (this, Verdict.Accepted);
        }

        if (message.Connection != Agent)
        {
            return (this, Verdict.Stranger);
        }

        var verdict = Judge(message);
        return verdict == Verdict.Accepted
            ? (this with { Phase = GuardPhase.Disarmed, Deadline = 0, Agent = 0 }, verdict)
            : (this, verdict);
    }

    private (GuardState State, Verdict Verdict) Adopt(in GuardMessage message)
    {
        var verdict = Phase == GuardPhase.Disarmed ? Verdict.NotArmed : Judge(message);
        return verdict == Verdict.Accepted ? (this with { Agent = message.Connection }, verdict) : (this, verdict);
    }

    private (GuardState State, Verdict Verdict) Condemn(in GuardMessage message)
    {
        if (Phase is GuardPhase.Disarmed or GuardPhase.Condemned)
        {
            return (this, Phase == GuardPhase.Disarmed ? Verdict.NotArmed : Verdict.Accepted);
        }

        if (message.Connection != Agent)
        {
            return (this, Verdict.Stranger);
        }

        var verdict = Judge(message);
        return verdict == Verdict.Accepted ? (this with { Phase = GuardPhase.Condemned }, verdict) : (this, verdict);
    }

    private Verdict Judge(in GuardMessage message)
    {
        if (!message.SameBoot)
        {
            return Verdict.OtherBoot;
        }

        if (Phase == GuardPhase.Condemned)
        {
            return Verdict.Condemned;
        }

        return message.Epoch < Epoch ? Verdict.OldEpoch : Verdict.Accepted;
    }

    private Verdict Judge(long now, in GuardMessage message, bool mayShorten)
    {
        var verdict = Judge(message);
        if (verdict != Verdict.Accepted)
        {
            return verdict;
        }

        if (message.DeadlineNanoseconds <= now)
        {
            return Verdict.DeadlinePassed;
        }

        // The difference of two positive numbers does not overflow.
        if (message.DeadlineNanoseconds - now > LongestLease)
        {
            return Verdict.DeadlineTooFar;
        }

        return !mayShorten && message.DeadlineNanoseconds < Deadline ? Verdict.DeadlineGoesBack : Verdict.Accepted;
    }

    private GuardState Hold(in GuardMessage message) =>
        this with { Phase = GuardPhase.Armed, Deadline = message.DeadlineNanoseconds, Epoch = message.Epoch };
}
