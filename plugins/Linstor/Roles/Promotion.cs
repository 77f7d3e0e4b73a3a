using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Certificates;
using NodeAgent.Plugins.LinstorBackend.Kernel;
using NodeAgent.Plugins.LinstorBackend.Upkeep;

namespace NodeAgent.Plugins.LinstorBackend.Roles;

/// <summary>
/// Makes this node a resource's writer: epoch, certificate, primary, mount. Each step looks first, so that it can be begun
/// again after a kill at any of them. A grant is proof that the old writer is gone or has closed.
/// </summary>
internal sealed class Promotion(Parts parts)
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(500);

    // A peer that died is taken for connected until the kernel has noticed; one that lives needs a moment to connect.
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(15);

    // After a power cut of both, the other waits for a record before it connects, and may have booted later than this node.
    private static readonly TimeSpan ReturnLimit = ResourceUpkeep.RecordLimit + TimeSpan.FromSeconds(15);

    public async Task<Outcome> RunAsync(Resource resource, WriteGrant grant, string what, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        var started = parts.Time.GetTimestamp();
        void Step(string phase)
        {
            parts.Say(Severity.Information, $"{resource.Unit}: {phase}, {parts.Time.GetElapsedTime(started).TotalSeconds:F1} s after the promotion began");
            progress?.Report(new OperationProgress(phase, null, null, CanCancel: false));
        }

        var weighed = await WeighAsync(resource, grant, what, cancellation);
        if (!weighed.IsOk)
        {
            return weighed.Fault;
        }

        var stored = resource.Epochs.Store(grant.Epoch);
        var there = stored.IsOk ? await parts.Tool.FindAsync(resource.Name, what, cancellation) : stored.Fault;
        if (!there.IsOk)
        {
            return there.Fault;
        }

        if (there.Value is null)
        {
            Step("bringing the resource up");
            var up = await UpAsync(resource, weighed.Value.Certificate, what, cancellation);
            if (!up.IsOk)
            {
                return up;
            }
        }

        // What runs goes on with the volumes that it has: nothing is opened by that, and nothing certified.
        var right = there.Value is { IsPrimary: true } ? await CheckOptionsAsync(resource, what, cancellation) : await CheckAsync(resource, what, cancellation);
        if (!right.IsOk)
        {
            return right;
        }

        var primary = there.Value is { IsPrimary: true } ? await StayAsync(resource, weighed.Value, grant.Epoch, what, cancellation)
            : await TakeAsync(resource, weighed.Value, grant.Epoch, what, Step, cancellation) is { IsOk: false } failed ? failed
            : await ConfirmAsync(resource, what, cancellation);
        if (!primary.IsOk || resource.Kind != VolumeKind.Filesystem)
        {
            return primary;
        }

        Step("mounting");
        var state = await parts.Tool.FindAsync(resource.Name, what, cancellation);
        var mounted = !state.IsOk ? state.Fault
            : state.Value is { IsPrimary: true } open ? await parts.Mounts.MountAsync(open, what, cancellation)
            : Faults.Data(what, "the resource is not primary any more", "Look at 'dmesg'.");
        if (mounted.IsOk)
        {
            Step("open");
        }

        return mounted;
    }

    /// <summary>
    /// Between the claim and the kernel's word somebody may have seen the resource closed and replaced the certificate: a rollback.
    /// Nothing was written yet. A store that does not answer now says nothing against the claim, which it had agreed to.
    /// </summary>
    private async Task<Outcome> ConfirmAsync(Resource resource, string what, CancellationToken cancellation)
    {
        var seen = await resource.Book.ReadAsync(what, cancellation);
        if (!seen.IsOk || (seen.Value.Certificate is { } certificate && certificate.Writer == parts.Self && certificate.Covers(parts.Self)))
        {
            return Outcome.Done;
        }

        // One that is gone was replaced too: the unit is about to be destroyed.
        var now = seen.Value.Certificate?.ToString() ?? "there is none any more";
        var closed = await parts.Tool.SecondaryAsync(resource.Name, what, cancellation);
        return closed.IsOk
            ? new Fault(FaultCode.NotWriter, what, $"the certificate was replaced while it was being opened ({now}); it is closed again, nothing was written", "Look who has it now.", Retry.AfterLook)
            : closed;
    }

    /// <summary>
    /// Brings it up. Without connecting where the kernel might copy over what a person has chosen, or what this node has claimed
    /// to count alone and not opened since, or what may have lost writes: their marks outlive a reboot.
    /// </summary>
    public async Task<Outcome> UpAsync(Resource resource, Certificate? certificate, string what, CancellationToken cancellation)
    {
        if (certificate is { MustStayParted: true } || (resource.Parted.IsSet && IsClaimedAlone(certificate)) || (resource.Unflushed.IsSet && certificate?.Writer != parts.Self))
        {
            return await parts.Tool.UpAsync(resource.Name, isParted: true, what, cancellation);
        }

        var up = await parts.Tool.UpAsync(resource.Name, isParted: false, what, cancellation);
        return up.IsOk ? resource.Parted.Clear() : up;
    }

    /// <summary>Options with which nobody can say what a copy is worth, and volumes of which the kernel says nothing.</summary>
    public async Task<Outcome> CheckAsync(Resource resource, string what, CancellationToken cancellation)
    {
        var named = await parts.Tool.MinorsAsync(resource.Name, what, cancellation);
        var look = named.IsOk ? await parts.Tool.FindAsync(resource.Name, what, cancellation) : named.Fault;
        if (!look.IsOk)
        {
            return look.Fault;
        }

        if (look.Value is { } state && VolumeGap.Between(state, named.Value).Against(resource.Name, what) is { } missing)
        {
            return missing;
        }

        return await CheckOptionsAsync(resource, what, cancellation);
    }

    private async Task<Outcome> CheckOptionsAsync(Resource resource, string what, CancellationToken cancellation)
    {
        var found = await parts.Tool.CheckOptionsAsync(resource.Name, what, cancellation);
        return !found.IsOk ? found.Fault
            : found.Value.Unsafe.Count > 0 ? Faults.Mend(what, $"options of {resource.Name} are not safe: {string.Join("; ", found.Value.Unsafe)}", $"Put them on both nodes, then 'drbdadm adjust {resource.Name}'.")
            : Outcome.Done;
    }

    /// <summary>Everything that can be refused without a change.</summary>
    public async Task<Outcome<Certified>> WeighAsync(Resource resource, WriteGrant grant, string what, CancellationToken cancellation)
    {
        var known = resource.Epochs.Read();
        var seen = known.IsOk ? await resource.Book.ReadAsync(what, cancellation) : known.Fault;
        if (!seen.IsOk)
        {
            return seen.Fault;
        }

        var certificate = seen.Value.Certificate;
        if (GrantCheck.Against(grant, parts.Self, known.Value, certificate, resource.Name, what) is { } overtaken)
        {
            return overtaken;
        }

        var versions = await parts.Tool.AgainstVersionsAsync(what, cancellation);
        return !versions.IsOk ? versions.Fault
            : versions.Value is { } odd ? new Fault(FaultCode.Unsupported, what, odd, "See the plugin's README for versions.", Retry.AfterFix)
            : Verdict.Against(parts, resource.Name, certificate, what) is { } refused ? refused
            : seen.Value;
    }

    // Already primary: the same stay, or one that never ended here although another node was given the resource.
    private async Task<Outcome> StayAsync(Resource resource, Certified seen, Epoch epoch, string what, CancellationToken cancellation)
    {
        var certificate = seen.Certificate!;
        if (certificate.Writer != parts.Self)
        {
            return Faults.Mend(
                what, $"the resource is still primary here from a stay that ended: {certificate.Writer} wrote it since",
                "Reset this node: what is in its memory must not reach the disk.");
        }

        var next = certificate with { Epoch = epoch };
        return next == certificate ? Outcome.Done : (await resource.Book.WriteAsync(what, seen, next, cancellation)).WithoutValue();
    }

    private async Task<Outcome> TakeAsync(Resource resource, Certified seen, Epoch epoch, string what, Action<string> step, CancellationToken cancellation)
    {
        var settled = await SettleAsync(resource, seen.Certificate!, what, cancellation);
        if (!settled.IsOk)
        {
            return settled.Fault;
        }

        var state = settled.Value;
        if (!state.IsConnected)
        {
            return await AloneAsync(resource, seen, epoch, what, step, cancellation);
        }

        var old = seen.Certificate!;
        if (state.IsDifferent && old.Covers(parts.Peer) && old.Writer != parts.Self)
        {
            return new Fault(
                FaultCode.WouldLoseWrites, what, $"{old.Writer} wrote it last, and the copy here is not the same: {state.Difference}",
                $"Open it on {old.Writer}. 'drbdadm invalidate {resource.Name}' here copies all of it from there.", Retry.AfterFix);
        }

        // Together only if the kernel itself says that both copies are whole and connected. In any other case the peer's counts
        // for nothing from the first write on, and that is recorded before.
        var isTogether = state.IsMirrored && old.Covers(parts.Peer);
        step(isTogether ? "claiming the certificate" : $"claiming the certificate, {parts.Peer} recorded as out of date");
        var claim = isTogether ? new Certificate(parts.Self, epoch, old.InSync, $"taken from {old.Writer}") : Alone(old, epoch);
        var claimed = await resource.Book.WriteAsync(what, seen, claim, cancellation);
        if (!claimed.IsOk)
        {
            return claimed.Fault;
        }

        step("becoming primary");
        return await parts.Tool.PrimaryAsync(resource.Name, what, cancellation);
    }

    private Certificate Alone(Certificate old, Epoch epoch) =>
        new(parts.Self, epoch, Whole.Only(parts.Self), $"{parts.Peer} was not whole and connected when {parts.Self} took it") 
        {
            // Whoever takes it over alone does not give way any more.
            GivingWay = old.GivingWay is { } way && way.Node != parts.Self ? way : null,
        };

    /// <summary>Waits until it is clear whether the peer is there: connected and not primary, or gone.</summary>
    private async Task<Outcome<ResourceState>> SettleAsync(Resource resource, Certificate certificate, string what, CancellationToken cancellation)
    {
        var began = parts.Time.GetTimestamp();
        var mayReturn = certificate.Writer == parts.Self && certificate.Covers(parts.Peer);
        for (; ; )
        {
            var look = await parts.Tool.FindAsync(resource.Name, what, cancellation);
            if (!look.IsOk)
            {
                return look.Fault;
            }

            var isLate = parts.Time.GetElapsedTime(began) >= (mayReturn ? ReturnLimit : SettleLimit);
            if (look.Value is not { } state)
            {
                return Faults.Data(what, $"the kernel does not have resource {resource.Name}", $"Look at 'drbdadm up {resource.Name}'.");
            }

            if (state.Odd is { } odd)
            {
                return Faults.NotOurs(what, resource.Name, odd);
            }

            if (state is { IsConnected: true, PeerRole: "Primary" } || state.Others.Any(other => other.Role == "Primary"))
            {
                if (isLate)
                {
                    return new Fault(FaultCode.NotWriter, what, $"{state.Others.FirstOrDefault(other => other.Role == "Primary")?.Name ?? parts.Peer.Value} is connected and primary", "Demote it there: two writers are never made.", Retry.AfterLook);
                }
            }
            else if (state.IsConnected && !state.IsUpToDate)
            {
                // Copying to here at this moment: the certificate knew of no such thing.
                if (isLate)
                {
                    return Faults.Data(what, $"the copy here is {state}", "Wait until it is copied.");
                }
            }
            else if (isLate || (state.IsConnected ? state.IsMirrored || !certificate.Covers(parts.Peer) : !mayReturn))
            {
                return state.IsConsistent ? state : Faults.Data(what, $"the copy here is {state}", $"Bring {parts.Peer} back, or mend this node's disk.");
            }

            await Task.Delay(Glance, parts.Time, cancellation);
        }
    }

    /// <summary>
    /// Primary without the peer. First parted from it: a copy that begins at that moment to be copied over would be forced to
    /// count. Claimed last: a peer that booted and copies to here is the only whole one then, and nobody may have written that
    /// it is out of date.
    /// </summary>
    private async Task<Outcome> AloneAsync(Resource resource, Certified seen, Epoch epoch, string what, Action<string> step, CancellationToken cancellation)
    {
        step($"parting from {parts.Peer}");
        var look = await PartAsync(resource, what, cancellation);
        if (!look.IsOk)
        {
            return look.Fault;
        }

        var forced = IsFit(look.Value) ? await ForceAsync(resource, seen, epoch, what, step, cancellation) : Unfit(look.Value, what);

        // In any case: nobody else would connect it again. The upkeep does if this fails.
        _ = await ReconnectAsync(resource, forced.IsOk ? null : look.Value, what, cancellation);
        return forced;
    }

    private async Task<Outcome<ResourceState?>> PartAsync(Resource resource, string what, CancellationToken cancellation)
    {
        var look = await parts.Tool.FindAsync(resource.Name, what, cancellation);
        if (!look.IsOk || look.Value is { IsAlone: true })
        {
            return look;
        }

        var marked = resource.Parted.Set();
        var parted = marked.IsOk ? await parts.Tool.DisconnectAsync(resource.Name, what, cancellation) : marked;
        return parted.IsOk ? await parts.Tool.FindAsync(resource.Name, what, cancellation) : parted.Fault;
    }

    private async Task<Outcome> ForceAsync(Resource resource, Certified seen, Epoch epoch, string what, Action<string> step, CancellationToken cancellation)
    {
        step($"claiming the certificate, {parts.Peer} recorded as out of date");
        var claimed = await resource.Book.WriteAsync(what, seen, Alone(seen.Certificate!, epoch), cancellation);
        if (!claimed.IsOk)
        {
            return claimed.Fault;
        }

        // The store may have taken its time: somebody connected it by hand, its disk failed.
        step("becoming primary without the peer");
        var look = await parts.Tool.FindAsync(resource.Name, what, cancellation);
        var forced = !look.IsOk ? look.Fault
            : IsFit(look.Value) ? await parts.Tool.ForcePrimaryAsync(resource.Name, what, cancellation)
            : Unfit(look.Value, what);
        if (!forced.IsOk && forced.Fault.Code != FaultCode.TimedOut)
        {
            await GiveBackAsync(resource, seen.Certificate!, claimed.Value, what, cancellation);
        }

        return forced;
    }

    /// <summary>
    /// It was claimed and never opened: nobody has written since, so the copies that were whole still are, but for one here that
    /// is not fit. Never after a force that nobody answered: that one may still come true.
    /// </summary>
    private async Task GiveBackAsync(Resource resource, Certificate old, Certified claimed, string what, CancellationToken cancellation)
    {
        var look = await parts.Tool.FindAsync(resource.Name, what, cancellation);
        if (old.Covers(parts.Peer) && look is { IsOk: true, Value: null or { IsSecondary: true } })
        {
            _ = await resource.Book.WriteAsync(
                what, claimed,
                claimed.Certificate! with
                {
                    InSync = IsFit(look.Value) ? old.InSync : old.InSync.Remove(parts.Self.Value),
                    Because = $"{parts.Self} could not open it and wrote nothing",
                },
                cancellation);
        }
    }

    private static bool IsFit(ResourceState? state) => state is { IsAlone: true, IsSecondary: true, IsConsistent: true, Odd: null };

    private static Outcome Unfit(ResourceState? state, string what) => Faults.Data(what, $"the copy here is {state?.ToString() ?? "down"}", "It is tried again.");

    /// <summary>
    /// Connects again what this plugin parted, and nothing else. Not a copy that was claimed to count alone and not opened since
    /// (killed in between): a peer that lost power as primary would copy over it, and then no copy is what the cluster agreed.
    /// The next promotion here opens it.
    /// </summary>
    /// <param name="resource">The resource.</param>
    /// <param name="closed">How it is if it is not primary; null: it is.</param>
    /// <param name="what">What it is done for.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<Outcome> ReconnectAsync(Resource resource, ResourceState? closed, string what, CancellationToken cancellation)
    {
        if (!resource.Parted.IsSet)
        {
            return Outcome.Done;
        }

        if (closed is { IsConsistent: true })
        {
            var seen = await resource.Book.ReadAsync(what, cancellation);
            if (!seen.IsOk)
            {
                return seen.Fault;
            }

            if (IsClaimedAlone(seen.Value.Certificate))
            {
                return new Fault(
                    FaultCode.PreconditionFailed, what, $"{parts.Self} took it over and did not open it yet ({seen.Value.Certificate})",
                    $"Start its service on {parts.Self}: {parts.Peer} is connected then.", Retry.Later);
            }
        }

        var connected = await parts.Tool.ConnectAsync(resource.Name, what, cancellation);
        return connected.IsOk ? resource.Parted.Clear() : connected;
    }

    /// <summary>This node's copy alone counts: it was opened so, or was claimed to be and never opened.</summary>
    public bool IsClaimedAlone(Certificate? certificate) =>
        certificate is not null && certificate.Writer == parts.Self && certificate.Covers(parts.Self) && !certificate.Covers(parts.Peer);
}
