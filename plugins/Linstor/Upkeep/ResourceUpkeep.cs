using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Certificates;
using NodeAgent.Plugins.LinstorBackend.Kernel;
using NodeAgent.Plugins.LinstorBackend.Roles;

namespace NodeAgent.Plugins.LinstorBackend.Upkeep;

/// <summary>
/// The step that is done every second for one resource. On the writer: freezes, the certificate. On the other node: whether
/// its copy is still what the certificate says. Never makes a primary or a secondary.
/// </summary>
internal sealed class ResourceUpkeep(Parts parts, Resource resource, Release release, Promotion promotion, Yielding yielding, FlushWatch flushes, VolumeWatch volumes, VerifyWatch verify, OptionWatch options)
{
    // A connection that is remade within this time costs nobody his certificate.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);
    private static readonly TimeSpan OptionsEvery = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan UpEvery = TimeSpan.FromSeconds(10);

    // How long the writer has to record that it goes on without a copy that comes back from a boot: it needs two or three seconds.
    public static readonly TimeSpan RecordLimit = TimeSpan.FromSeconds(10);
    private readonly FreezeClock freeze = new(parts.Time);
    private readonly FreezeClock still = new(parts.Time);
    private volatile Seen? last;
    private long? checkedAt;
    private (long Version, int Looks) whole;
    private bool wasBroughtUp;
    private long? triedAt;
    private long? aloneSince;
    private Outcome up;

    /// <summary>How long writes have waited for the peer to be recorded as out of date; null: they do not.</summary>
    private TimeSpan? FrozenFor => freeze.For;

    /// <summary>How long writes have stood still, for whatever reason; null: they do not.</summary>
    public TimeSpan? StillFor => still.For;

    /// <summary>What the last step saw; null: there was none.</summary>
    public UpkeepReport? Report => last is { } seen ? StepReport.Of(parts, resource, seen.At, seen.State, still, seen.Copying) : null;

    /// <summary>How many turns at the resource have ended.</summary>
    public long Ended => resource.Gate.Ended;

    /// <summary>The state of the resource, as it was read just now for all.</summary>
    /// <param name="state">The state; null: the kernel does not have it.</param>
    /// <param name="ended">How many turns at it had ended before that.</param>
    /// <param name="mayVerify">A comparison may begin now: nothing else is compared or copied on this node, and it is this resource's turn.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task<Outcome> KeepAsync(ResourceState? state, long ended, bool mayVerify, CancellationToken cancellation)
    {
        last = new Seen(parts.Time.GetUtcNow(), state, StepReport.IsSource(state) ? Math.Max(last?.Copying ?? 0, state!.OutOfSyncBytes) : null);
        if (state is { Odd: { } odd })
        {
            return Faults.NotOurs($"cannot look after resource {resource.Name}", resource.Name, odd);
        }

        // A promotion or demotion is under way and does all this itself.
        if (!await resource.Gate.WaitAsync(TimeSpan.Zero, cancellation))
        {
            return Outcome.Done;
        }

        try
        {
            if (ended != Ended)
            {
                // Seen while somebody was in the middle of it, such as "up" before the disk was attached: the next look will do.
                return Outcome.Done;
            }

            freeze.See(state is { IsPrimary: true, IsFrozen: true });
            still.See(state is { IsPrimary: true, IsStill: true });
            resource.LastConnected.See(state is { IsConnected: true });
            if (state is { IsPrimary: true, IsAlone: true } && resource.Parted.IsSet)
            {
                return await promotion.ReconnectAsync(resource, null, $"cannot connect {resource.Name} again", cancellation);
            }

            var seen = await resource.Book.ReadAsync($"cannot look after resource {resource.Name}", cancellation);
            var kept = seen.IsOk && state is not null ? await KeepAsync(seen.Value, state, cancellation) : seen.WithoutValue();

            // A program more, which nothing that waits may wait for.
            var what = $"cannot look after resource {resource.Name}";
            var named = state is { IsStill: false } ? await volumes.LookAsync(state, what, cancellation) : Outcome.Done;
            kept = !kept.IsOk ? kept : StillFor >= Suspension.Moment && Suspension.Told(state!, parts.Peer, what) is { } waits ? waits : named;
            var verified = seen.IsOk && state is not null ? await verify.KeepAsync(seen.Value, state, mayVerify && kept.IsOk, cancellation) : Outcome.Done;
            var limited = kept.IsOk && state is not null ? await options.KeepAsync(state, cancellation) : Outcome.Done;
            kept = !kept.IsOk ? kept : verified.IsOk ? limited : verified;
            return seen.IsOk && (kept.IsOk || !wasBroughtUp) ? await UpAsync(seen.Value.Certificate, state, cancellation) : kept;
        }
        finally
        {
            resource.Gate.Release();
        }
    }

    private async Task<Outcome> KeepAsync(Certified seen, ResourceState state, CancellationToken cancellation)
    {
        resource.Attached.See(state);

        // An "up" that failed may have left it there without its disk, or without that of one volume.
        wasBroughtUp |= !IsLate(state) && (up.IsOk || state.IsPrimary || state.Volumes.Any(volume => volume.Disk != "Diskless"));
        if (seen.Certificate?.GivingWay is { } way && way.Node == parts.Self && !state.IsPrimary)
        {
            return await yielding.GiveWayAsync(seen, way, state, cancellation);
        }

        if (seen.Certificate is { GivingWay: { } chosen } && seen.Certificate.Writer == parts.Self)
        {
            // Its own work goes on whatever becomes of the connection: frozen writes are let go there.
            var connected = await yielding.KeepAsync(chosen, state, cancellation);
            var inRole = await InRoleAsync(seen, state, cancellation);
            return inRole.IsOk ? connected : inRole;
        }

        var flushed = await flushes.KeepAsync(seen, state, cancellation);
        if (flushed.IsKeptApart)
        {
            return flushed.Ended;
        }

        var kept = await KeepTogetherAsync(seen, state, cancellation);
        return kept.IsOk ? flushed.Ended : kept;
    }

    private async Task<Outcome> KeepTogetherAsync(Certified seen, ResourceState state, CancellationToken cancellation)
    {
        if (!state.IsAlone || !resource.Parted.IsSet)
        {
            aloneSince = null;
            var forgotten = IsTogetherAgain(state) && resource.Parted.IsSet ? resource.Parted.Clear() : Outcome.Done;
            var inRole = await InRoleAsync(seen, state, cancellation);
            return inRole.IsOk ? forgotten : inRole;
        }

        // A disk that comes late: whether it may connect is asked when it is there.
        return (!state.IsConsistent && IsComing(state)) || IsWaitedFor(seen.Certificate) ? Outcome.Done
            : await promotion.ReconnectAsync(resource, state, $"cannot connect {resource.Name} again", cancellation);
    }

    // Somebody else connected it. A mark that stayed would connect what parts later for another reason. A copy that does not write keeps
    // it until both are the same: before that, what was claimed here and not opened could still be copied over.
    private static bool IsTogetherAgain(ResourceState state) => state.IsMirrored || state is { IsConnected: true, IsPrimary: true };

    private bool IsWaitedFor(Certificate? certificate)
    {
        aloneSince ??= parts.Time.GetTimestamp();
        return MayBeWaitedFor(certificate) && parts.Time.GetElapsedTime(aloneSince.Value) < RecordLimit;
    }

    private Task<Outcome> InRoleAsync(Certified seen, ResourceState state, CancellationToken cancellation) =>
        state.IsPrimary ? WriterAsync(seen, state, cancellation) : OtherAsync(seen, state, cancellation);

    // Until it was up once in this life of the agent: whoever takes it down afterwards has a reason.
    private async Task<Outcome> UpAsync(Certificate? certificate, ResourceState? state, CancellationToken cancellation)
    {
        if (wasBroughtUp || !File.Exists(parts.Places.ModuleVersion))
        {
            return Outcome.Done;
        }

        if (triedAt is not { } before || parts.Time.GetElapsedTime(before) >= UpEvery)
        {
            var what = $"cannot bring up resource {resource.Name}";
            up = state is not null && IsLate(state) ? await AttachAsync(certificate, state, what, cancellation) : await UpWithoutHarmAsync(certificate, what, cancellation);
            (triedAt, wasBroughtUp) = (parts.Time.GetTimestamp(), up.IsOk);
        }

        return up;
    }

    /// <summary>
    /// The disks that are late, each for itself. An "up" that failed at one of them has not connected: the mark has that done when all
    /// are there, and asks what may connect. Where this copy alone counts the mark would mean that it was never opened.
    /// </summary>
    private async Task<Outcome> AttachAsync(Certificate? certificate, ResourceState state, string what, CancellationToken cancellation)
    {
        var isAlone = promotion.IsClaimedAlone(certificate);
        var isConnectedHere = state.IsAlone && isAlone && !resource.Parted.IsSet && certificate!.GivingWay is null;
        var done = state.IsAlone && !isAlone ? resource.Parted.Set() : Outcome.Done;
        foreach (var volume in state.Volumes.Where(volume => done.IsOk && volume.Disk == "Diskless"))
        {
            done = await parts.Tool.AttachAsync(resource.Name, volume, what, cancellation);
        }

        return done.IsOk && isConnectedHere ? await parts.Tool.ConnectAsync(resource.Name, what, cancellation) : done;
    }

    // Not all disks were there since this node booted. Whoever took one away later has a reason.
    private bool IsLate(ResourceState state) => state.IsSecondary && !resource.Attached.IsSet && state.Volumes.Any(volume => volume.Disk == "Diskless");

    private async Task<Outcome> UpWithoutHarmAsync(Certificate? certificate, string what, CancellationToken cancellation)
    {
        if (parts.Tool.IsNine || !MayBeWaitedFor(certificate))
        {
            return await promotion.UpAsync(resource, certificate, what, cancellation);
        }

        var marked = resource.Parted.Set();
        return marked.IsOk ? await parts.Tool.UpAsync(resource.Name, isParted: true, what, cancellation) : marked;
    }

    // The writer may still hold writes back for this copy, and has not recorded that it goes on alone. A copy that connects after a
    // boot makes the kernel of 8.4 acknowledge them ("can not thaw IO with an only Consistent peer"): it connects after the record.
    private bool MayBeWaitedFor(Certificate? certificate) => certificate is not null && certificate.Writer != parts.Self && certificate.Covers(parts.Self);

    private async Task<Outcome> WriterAsync(Certified seen, ResourceState state, CancellationToken cancellation)
    {
        var what = $"cannot look after resource {resource.Name}";
        if (seen.Certificate is not { } certificate)
        {
            return Faults.Mend(what, "it is primary here but was never adopted", "Adopt it with 'nodeagent volume create', or take it out of the option 'resources'.");
        }

        if (certificate.Writer != parts.Self)
        {
            return new Fault(FaultCode.NotWriter, what, $"it is primary here, but the cluster has given it away ({certificate})", "Reset this node.", Retry.AfterFix);
        }

        if (state.PeerRole == "Primary")
        {
            return new Fault(FaultCode.Diverged, what, $"{parts.Peer} is primary too", $"Reset {parts.Peer}: the cluster gave it to {parts.Self} ({certificate}).", Retry.AfterFix);
        }

        // Certified or not: writes that wait are let go, or they wait for ever.
        if (FrozenFor is { } waited)
        {
            whole = default;
            return waited < Patience ? Outcome.Done : await release.RunAsync(resource, state, what, cancellation);
        }

        // Ordered, and not known to have ended for every volume.
        if (resource.Thawing.IsSet && certificate.Covers(parts.Self) && state.IsUpToDate)
        {
            whole = default;
            return await release.RunAsync(resource, state, what, cancellation);
        }

        // A copy that is not whole counts no more, whichever it is: the other one's own agent may be away just then. Whole itself, this node writes it down below.
        var kept = state.IsUpToDate ? certificate.InSync : certificate.InSync.Remove(parts.Self.Value);
        kept = state.IsPeerBad ? kept.Remove(parts.Peer.Value) : kept;
        if (kept.Count < certificate.InSync.Count && !(certificate.Covers(parts.Self) && state.IsUpToDate))
        {
            return await release.RecordAsync(resource, seen, kept, $"not whole, as {parts.Self} sees it: {state}", what, cancellation);
        }

        if (!certificate.Covers(parts.Peer) || !certificate.Covers(parts.Self))
        {
            return await HealAsync(seen, state, what, cancellation);
        }

        // Neither frozen nor mirrored: writes go on without the peer, whoever let them, or it has missed some.
        return state.IsMirrored ? await CheckAsync(seen, what, cancellation)
            : await release.RecordAsync(resource, seen, Whole.Only(parts.Self), $"not every write reaches {parts.Peer}: {state}", what, cancellation);
    }

    /// <summary>Both copies seen whole twice, with options under which they stay so or writes freeze: certified.</summary>
    private async Task<Outcome> HealAsync(Certified seen, ResourceState state, string what, CancellationToken cancellation)
    {
        if (!state.IsMirrored)
        {
            whole = default;
            return state.IsDifferent
                ? Different(seen.Certificate!, state, what)
                : state.IsAlone && seen.Certificate!.GivingWay is null
                ? new Fault(
                    FaultCode.Diverged, what, $"it does not try to reach {parts.Peer}: disconnected by hand, or both nodes wrote for themselves",
                    $"Look in 'dmesg' for 'Split-Brain': 'nodeagent volume resolve {resource.Name} --keep NODE --plan' shows both. If not: 'drbdadm connect {resource.Name}'.", Retry.AfterFix)
                : Outcome.Done;
        }

        if (resource.GoingBack.IsSet && !IsCopiedWhole(seen.Certificate!))
        {
            whole = default;
            return Faults.Mend(
                what, $"going back to a snapshot did not end ({resource.GoingBack.File}): the copies may differ whatever the kernel says",
                $"Go back once more; or choose one: 'nodeagent volume resolve {resource.Name} --keep NODE'.");
        }

        whole = (seen.Version, whole.Version == seen.Version ? whole.Looks + 1 : 1);
        if (whole.Looks < 2)
        {
            return Outcome.Done;
        }

        // What is known already is not asked for every second.
        var right = volumes.Against(state, what) ?? await promotion.CheckAsync(resource, what, cancellation);
        if (!right.IsOk)
        {
            return right;
        }

        var written = await resource.Book.WriteAsync(what, seen, seen.Certificate! with { InSync = parts.Both, GivingWay = null, Because = "both copies were seen whole twice" }, cancellation);
        if (!written.IsOk)
        {
            return written.Fault;
        }

        parts.Say(Severity.Information, $"{resource.Unit}: certified, both copies hold everything acknowledged");
        return resource.GoingBack.Clear();
    }

    private Fault Different(Certificate certificate, ResourceState state, string what)
    {
        var why = $"the kernel calls both copies up to date, and {state.Difference}: nobody is certified by that";
        return certificate.InSync.Count == 0
            ? Faults.Mend(what, why, $"Choose one: 'nodeagent volume resolve {resource.Name} --keep NODE'.")
            : Faults.Mend(what, why, $"On {(certificate.Covers(parts.Self) ? parts.Peer : parts.Self)}: {state.Remedy}. All of it is copied from the other then.");
    }

    // Chosen while a rollback had not ended: the other copy counted for nothing and was copied from its first block on.
    private static bool IsCopiedWhole(Certificate certificate) => certificate.GivingWay is { IsReady: true, Generations: "" };

    private async Task<Outcome> CheckAsync(Certified seen, string what, CancellationToken cancellation)
    {
        whole = default;
        if (checkedAt is { } last && parts.Time.GetElapsedTime(last) < OptionsEvery)
        {
            return Outcome.Done;
        }

        var right = await promotion.CheckAsync(resource, what, cancellation);
        if (right.IsOk)
        {
            checkedAt = parts.Time.GetTimestamp();
            return right;
        }

        // With such options the kernel may go on without the peer before anybody could record it; and of a volume that it lacks it says nothing.
        return right.Fault.Code != FaultCode.PreconditionFailed ? right
            : await release.RecordAsync(resource, seen, Whole.Only(parts.Self), "its options or volumes are not as they must be", what, cancellation) is { IsOk: false } failed ? failed
            : right;
    }

    /// <summary>A copy that is not whole takes itself off the certificate, for its writer may die before it has seen that.</summary>
    private async Task<Outcome> OtherAsync(Certified seen, ResourceState state, CancellationToken cancellation)
    {
        checkedAt = null;

        // Closed since, or booted: the kernel has nothing to let go any more.
        var cleared = resource.Thawing.IsSet ? resource.Thawing.Clear() : Outcome.Done;
        if (!cleared.IsOk)
        {
            return cleared;
        }

        var what = $"cannot look after this node's copy of resource {resource.Name}";
        if (seen.Certificate is not { } certificate)
        {
            return Outcome.Done;
        }

        // Whoever closed it last certifies too: the other may have been copied to only after that, and nobody else may say so.
        var stored = resource.Epochs.Store(certificate.Epoch);
        if (stored.IsOk && certificate.Writer == parts.Self && certificate.Covers(parts.Self) && state is { IsSecondary: true, PeerRole: "Secondary" })
        {
            if (!certificate.Covers(parts.Peer) && (state.IsMirrored || state.IsDifferent))
            {
                return await HealAsync(seen, state, what, cancellation);
            }

            if (certificate.Covers(parts.Peer) && state.IsDifferent)
            {
                return await release.RecordAsync(resource, seen, Whole.Only(parts.Self), $"the copy of {parts.Peer} differs: {state}", what, cancellation);
            }
        }

        whole = default;
        if (stored.IsOk && certificate.Covers(parts.Self) && certificate.Covers(parts.Peer) && IsPeerWithoutDisk(state))
        {
            return await PeerFailedAsync(seen, what, cancellation);
        }

        return !stored.IsOk || state.IsConsistent || !certificate.Covers(parts.Self) || IsComing(state) ? stored
            : await release.RecordAsync(resource, seen, certificate.InSync.Remove(parts.Self.Value), $"the copy of {parts.Self} is {state}", what, cancellation);
    }

    /// <summary>
    /// A writer whose disk failed writes on through this copy, and may die before it has recorded that. This copy is certified at the
    /// very version that is replaced, so that it holds everything acknowledged; looked at after that was read, for a store that
    /// takes its time outlasts a disk that was brought back.
    /// </summary>
    private async Task<Outcome> PeerFailedAsync(Certified seen, string what, CancellationToken cancellation)
    {
        var look = await parts.Tool.FindAsync(resource.Name, what, cancellation);
        return !look.IsOk ? look.Fault
            : look.Value is { Odd: null } now && IsPeerWithoutDisk(now)
                ? await release.RecordAsync(resource, seen, Whole.Only(parts.Self), $"the disk of {parts.Peer} failed: {now}", what, cancellation)
            : Outcome.Done;
    }

    private static bool IsPeerWithoutDisk(ResourceState state) =>
        state is { IsConnected: true, IsUpToDate: true } && state.Volumes.Any(volume => volume.PeerDisk is "Diskless" or "Failed");

    // A disk that comes late at boot, or that "up" has not got to yet. Connected without it the peer writes on alone.
    private bool IsComing(ResourceState state) =>
        state.Volumes.Count == 0 || state.Volumes.All(volume => volume.Disk is "UpToDate" or "Consistent" or "Attaching" or "Negotiating"
            || (volume.Disk == "Diskless" && !state.IsConnected && !resource.Attached.IsSet));

    private sealed record Seen(DateTimeOffset At, ResourceState? State, long? Copying);
}
