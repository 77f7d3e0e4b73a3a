using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend.Certificates;
using NodeAgent.Plugins.NvmeMirrorBackend.Pools;
using NodeAgent.Plugins.NvmeMirrorBackend.Upkeep;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Roles;

/// <summary>
/// Makes this node the pool's writer: certificate, revoke, claim, import. Each step looks first, so that it can be begun
/// again after a kill at any of them. A grant is proof that the old writer is gone or has closed.
/// </summary>
internal sealed class Promotion(Parts parts, Mounting mounting, Release release)
{
    private static readonly TimeSpan Glance = TimeSpan.FromMilliseconds(250);

    // The peer has to see the new certificate and to let this node in; it looks every second.
    private static readonly TimeSpan PeerLimit = TimeSpan.FromSeconds(12);

    // The host ends a promotion that has given no sign of life for a minute; a claim takes as long as multihost's intervals are.
    private static readonly TimeSpan Sign = TimeSpan.FromSeconds(15);

    public async Task<Outcome> RunAsync(WriteGrant grant, string what, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        var started = parts.Time.GetTimestamp();
        void Step(string phase)
        {
            parts.Say(Severity.Information, $"{parts.Unit}: {phase}, {parts.Time.GetElapsedTime(started).TotalSeconds:F1} s after the promotion began");
            progress?.Report(new OperationProgress(phase, null, null, CanCancel: false));
        }

        var weighed = await WeighAsync(grant, what, cancellation);
        if (!weighed.IsOk)
        {
            return weighed.Fault;
        }

        var seen = weighed.Value;
        var stored = parts.Epochs.Store(grant.Epoch);
        if (!stored.IsOk)
        {
            return stored;
        }

        if (parts.Tool.IsImported)
        {
            return await StayAsync(grant, seen, what, cancellation);
        }

        Step("taking the drives away from the other node");
        var closed = await CloseAsync(seen.Certificate!, cancellation);
        var halves = closed.IsOk ? await Halves.ReadAsync(parts, seen.Certificate!, what, cancellation) : closed.Fault;
        if (!halves.IsOk)
        {
            return halves.Fault;
        }

        // Without the peer's half it would go on alone, for nothing but a port.
        if (NeedsBoth(seen.Certificate!, halves.Value) && parts.Connections.Shared(what) is { } shared)
        {
            return shared;
        }

        Step("claiming the certificate");
        var claimed = await parts.Book.WriteAsync(what, seen, Claim(seen.Certificate!, grant.Epoch, halves.Value), cancellation);
        if (!claimed.IsOk)
        {
            return claimed.Fault;
        }

        var imported = await ImportAsync(claimed.Value, halves.Value, what, Step, cancellation);
        if (!imported.IsOk)
        {
            return imported.Fault;
        }

        Step("opening");
        var opened = await OpenAsync(imported.Value, grant.Epoch, what, cancellation);
        Step("open");
        return opened;
    }

    /// <summary>True if the pool is to be opened with both halves, as far as that is possible: nobody has to be got over.</summary>
    private bool NeedsBoth(Certificate certificate, Halves halves) =>
        certificate.Before is null && (!certificate.Covers(parts.Self) || (certificate.Covers(parts.Peer) && (halves.IsClosed || certificate.Writer == parts.Self)));

    private async Task<Outcome<Certified>> WeighAsync(WriteGrant grant, string what, CancellationToken cancellation)
    {
        var known = parts.Epochs.Read();
        var seen = known.IsOk ? await parts.Book.ReadAsync(what, cancellation) : known.Fault;
        if (!seen.IsOk)
        {
            return seen.Fault;
        }

        var certificate = seen.Value.Certificate;
        if (GrantCheck.Against(grant, parts.Self, known.Value, certificate, "the pool", what) is { } overtaken)
        {
            return overtaken;
        }

        var version = await parts.Tool.VersionAsync(what, cancellation);
        return !version.IsOk ? version.Fault
            : Verdict.Against(parts, certificate, version.Value.Rule, version.Value.Version, what) is { } refused ? refused
            : seen.Value;
    }

    // Already imported: the same stay, or one that never ended here although another node was given the pool.
    private async Task<Outcome> StayAsync(WriteGrant grant, Certified seen, string what, CancellationToken cancellation)
    {
        var certificate = seen.Certificate!;
        if (certificate.Writer != parts.Self)
        {
            return new Fault(
                FaultCode.PreconditionFailed, what, $"the pool is still imported here from a stay that ended: {certificate.Writer} wrote it since",
                "Reset this node: what is in its memory must not reach the drives.", Retry.AfterFix);
        }

        var next = certificate with { Epoch = grant.Epoch, HostId = HostId.Read(parts.Places) };
        var written = next == certificate ? seen : await parts.Book.WriteAsync(what, seen, next, cancellation);
        return written.IsOk ? await OpenAsync(written.Value, grant.Epoch, what, cancellation) : written.Fault;
    }

    private async Task<Outcome> CloseAsync(Certificate certificate, CancellationToken cancellation)
    {
        var closed = await parts.Exports.CloseAsync(cancellation);
        var stale = parts.Connections.Look();
        return closed.IsOk && certificate.Writer != parts.Self && stale.Count > 0 ? await parts.Connections.DisconnectAsync(stale, cancellation) : closed;
    }

    // Whoever did not close it has written last: its half is out of date from here on, also for a try after a kill.
    private Certificate Claim(Certificate old, Epoch epoch, Halves halves)
    {
        var claim = old with { Epoch = epoch, HostId = HostId.Read(parts.Places), IsRejoined = false };
        if (old.Writer == parts.Self)
        {
            // Cut off while the other half was copied: it has what this one has, and at most what was being written. Closed, that
            // would have been compared and recorded; unrecorded, the end may be on one half only, and ZFS does not know of it.
            return old.IsRejoined ? claim with { Txg = halves.IsClosed ? 0 : halves.Txg } : claim;
        }

        claim = claim with { Writer = parts.Self, Access = epoch, Because = $"taken from {old.Writer}" };
        if (!old.Covers(parts.Self))
        {
            // Its claim never opened the pool, and this half was whole before. Its import may have written its half: that is copied whole.
            return claim with { InSync = Whole.Only(parts.Self), Txg = 0, ScanBefore = null, Because = $"taken from {old.Writer}, which had claimed it and never opened it" };
        }

        return halves.IsClosed ? claim : Alone(claim, halves, $"taken from {old.Writer}, which had not closed it");
    }

    private Certificate Alone(Certificate old, Halves halves, string because) => old with
    {
        InSync = Whole.Only(parts.Self), Txg = old.Covers(parts.Peer) ? halves.Txg : old.Txg, Before = old.InSync, Because = because,
    };

    /// <summary>True when all drives of the peer are here, on a path at least.</summary>
    private async Task<bool> ReachAsync(Certificate certificate, string what, Action<string> step, CancellationToken cancellation)
    {
        step($"connecting to {parts.Peer}");
        var began = parts.Time.GetTimestamp();
        Outcome reached;
        do
        {
            _ = await parts.Connections.ConnectAsync(certificate.Access, cancellation);
            _ = await parts.Tool.LookAsync("wait for devices", "udevadm", ["settle", "--timeout=5"], cancellation);
            reached = parts.Connections.AreReached(parts.Pairs, what);
            if (reached.IsOk && parts.Connections.Dark(parts.Connections.Look()).Count == 0)
            {
                return true;
            }

            await Task.Delay(Glance, parts.Time, cancellation);
        }
        while (parts.Time.GetElapsedTime(began) < PeerLimit);
        if (!reached.IsOk)
        {
            parts.Say(Severity.Warning, $"{parts.Unit}: {reached.Fault}");
        }

        return false;
    }

    /// <summary>With both halves if they parted in order, or if this one alone does not hold everything; else with this one.</summary>
    private async Task<Outcome<Certified>> ImportAsync(
        Certified claimed, Halves halves, string what, Action<string> step, CancellationToken cancellation)
    {
        var certificate = claimed.Certificate!;
        var isWhole = certificate.Covers(parts.Self);
        if (certificate.Before is null && (certificate.Covers(parts.Peer) || !isWhole) && await ReachAsync(certificate, what, step, cancellation))
        {
            var imported = await InHandoverTimingAsync(() => ImportAsync(what, step, both: true, cancellation));
            return imported.IsOk ? claimed : imported.Fault;
        }

        return isWhole ? await ImportHalfAsync(claimed, halves, what, step, cancellation) : Verdict.WouldLose(parts, certificate, what);
    }

    /// <summary>With this half only. From the first write the other is out of date: that is recorded before.</summary>
    private async Task<Outcome<Certified>> ImportHalfAsync(Certified seen, Halves halves, string what, Action<string> step, CancellationToken cancellation)
    {
        var certificate = seen.Certificate!;
        if (certificate.Covers(parts.Peer))
        {
            step($"recording that {parts.Peer} is out of date");
            var written = await parts.Book.WriteAsync(
                what, seen, Alone(certificate, halves, $"{parts.Peer} was away when {parts.Self} took the pool"), cancellation);
            if (!written.IsOk)
            {
                return written.Fault;
            }

            seen = written.Value;
        }

        var gone = await parts.Connections.DisconnectAsync(parts.Connections.Look(), cancellation);
        if (!gone.IsOk)
        {
            return gone.Fault;
        }

        var imported = await InHandoverTimingAsync(() => ReclaimAsync(what, step, cancellation));
        if (imported is { IsOk: false, Fault.Code: FaultCode.Diverged } && seen.Certificate!.Before?.Contains(parts.Peer.Value) == true)
        {
            // ZFS knows better than the certificate, and this node has taken no write yet: it is the other half that counts.
            var given = await parts.Book.WriteAsync(
                what, seen, seen.Certificate with { InSync = Whole.Only(parts.Peer), Txg = 0, Before = null, Because = $"ZFS says that only the half of {parts.Peer} holds everything" }, cancellation);
            return given.IsOk ? imported.Fault : given.Fault;
        }

        return imported.IsOk ? seen : imported.Fault;
    }

    private async Task<Outcome> ReclaimAsync(string what, Action<string> step, CancellationToken cancellation)
    {
        step("reclaiming");
        var reclaimed = await TellingAsync(
            parts.Tool.ChangeAsync(what, "zhack", [.. Devices(both: false), "mmp", "reclaim", parts.Options.Pool], cancellation), "still reclaiming", step, cancellation);
        return reclaimed.IsOk ? await ImportAsync(what, step, both: false, cancellation) : reclaimed.Fault;
    }

    private async Task<Outcome> InHandoverTimingAsync(Func<Task<Outcome>> work)
    {
        _ = parts.Knobs.Set(MultihostTiming.Handover);
        try
        {
            return await work();
        }
        finally
        {
            _ = parts.Knobs.Set(MultihostTiming.Steady);
        }
    }

    private async Task<Outcome> ImportAsync(string what, Action<string> step, bool both, CancellationToken cancellation)
    {
        step("importing");
        var imported = await TellingAsync(
            parts.Tool.ChangeAsync(what, "zpool", ["import", "-N", "-o", "cachefile=none", .. Devices(both), parts.Options.Pool], cancellation), "still importing", step, cancellation);
        return imported.WithoutValue();
    }

    /// <summary>Tells that it goes on while a program runs, which has a deadline of its own. Killed and begun again it would begin its wait anew.</summary>
    private async Task<T> TellingAsync<T>(Task<T> work, string phase, Action<string> step, CancellationToken cancellation)
    {
        while (await Task.WhenAny(work, Task.Delay(Sign, parts.Time, cancellation)) != work && !cancellation.IsCancellationRequested)
        {
            step(phase);
        }

        return await work;
    }

    // Exactly our devices: a search would find the same drive under other names.
    private IEnumerable<string> Devices(bool both) => parts.Pairs
        .SelectMany(pair => both ? [pair.Local, pair.Remote] : new[] { pair.Local })
        .SelectMany(partition => new[] { "-d", parts.Tool.Device(partition) });

    private async Task<Outcome> OpenAsync(Certified seen, Epoch epoch, string what, CancellationToken cancellation)
    {
        var view = await parts.Tool.StatusAsync(what, cancellation);
        if (!view.IsOk)
        {
            return view.Fault;
        }

        // Halves that part in the import part before the first write: it is recorded before anybody can make one.
        var recorded = view.Value.IsSuspended ? Outcome.Done : await RecordAsync(seen, view.Value, what, cancellation);
        if (!recorded.IsOk)
        {
            return recorded;
        }

        if (view.Value.IsSuspended || parts.Pairs.Any(pair => view.Value.Of(pair.Local) is not { IsOnline: true }))
        {
            return Faults.Data(what, $"the pool is {view.Value.State} and not all drives of this node are in it", $"Look at 'zpool status {parts.Options.Pool}'.");
        }

        var set = await parts.Tool.ChangeAsync(what, "zfs", ["set", $"{Keys.Epoch}={epoch}", parts.Options.Pool], cancellation);
        return set.IsOk ? await mounting.MountAsync(what, cancellation) : set.Fault;
    }

    private async Task<Outcome> RecordAsync(Certified seen, PoolView view, string what, CancellationToken cancellation)
    {
        var certificate = seen.Certificate!;
        if (certificate.Before is not null)
        {
            // From now on writes may be acknowledged here: it is not given back any more.
            return (await parts.Book.WriteAsync(what, seen, certificate with { Before = null }, cancellation)).WithoutValue();
        }

        if (!certificate.Covers(parts.Peer))
        {
            return Outcome.Done;
        }

        var left = parts.Options.IsStrict ? Holding.Of(view, parts, certificate) : new Holding(Whole.Only(parts.Self), "the profile is not strict");
        return left.InSync.SetEquals(certificate.InSync) ? Outcome.Done
            : (await release.RecordAsync(seen, left.InSync, left.Because, what, cancellation)).WithoutValue();
    }
}
