using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend.Certificates;
using NodeAgent.Plugins.NvmeMirrorBackend.Pools;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Upkeep;

/// <summary>
/// The step that is done every second. On the writer: paths, freezes, healing, the certificate. On the other node: let the
/// writer in, nobody else. Never opens or closes the pool.
/// </summary>
internal sealed class MirrorUpkeep(Parts parts, FreezeWatch watch, Release release, Healing healing, Replacement replacement, Sparing sparing) : IUpkeep
{
    private readonly StepReport report = new(parts);
    private volatile Step? last;

    // A pool that is about to freeze answers late: its paths must be looked at again soon.
    private static readonly TimeSpan StatusLimit = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    /// <summary>How long writes have waited for drives of the peer; null: they do not.</summary>
    public TimeSpan? FrozenFor => watch.Clock.For;

    public async Task<Outcome> KeepAsync(CancellationToken cancellation)
    {
        // A promotion or demotion is under way and does all this itself.
        if (!await parts.Gate.WaitAsync(TimeSpan.Zero, cancellation))
        {
            return Outcome.Done;
        }

        try
        {
            parts.Tool.LastView = null;
            return await watch.BesideAsync(() => parts.Tool.IsImported ? WriterAsync(cancellation) : OtherAsync(cancellation), cancellation);
        }
        finally
        {
            last = last is null ? null : last with { View = parts.Tool.LastView };
            parts.Gate.Release();
        }
    }

    public Task<Outcome<IReadOnlyList<UpkeepReport>>> ReadReportsAsync(CancellationToken cancellation) =>
        Task.FromResult(Outcome.Ok<IReadOnlyList<UpkeepReport>>(last is { } step ? [report.Of(step, watch.Clock)] : []));

    private async Task<Outcome> WriterAsync(CancellationToken cancellation)
    {
        var what = $"cannot look after pool {parts.Options.Pool}";

        // Paths first, and from the kernel: while writes are frozen, programs of ZFS may hang.
        var paths = parts.Connections.Look();
        watch.See(paths);
        last = new Step(parts.Time.GetUtcNow(), paths, last?.View);
        _ = parts.Knobs.Set(MultihostTiming.Steady);
        var seen = await parts.Book.ReadAsync(what, cancellation);
        if (!seen.IsOk)
        {
            return seen.Fault;
        }

        if (seen.Value.Certificate is not { } certificate || certificate.Writer != parts.Self)
        {
            return new Fault(
                FaultCode.NotWriter, what, $"the pool is imported here, but the cluster has given it away ({seen.Value.Certificate})",
                "Reset this node.", Retry.AfterFix);
        }

        if (certificate.Before is not null)
        {
            // A promotion was cut off after its import. What is written from now on may be acknowledged.
            return (await parts.Book.WriteAsync(what, seen.Value, certificate with { Before = null }, cancellation)).WithoutValue();
        }

        // Certified or not: writes that wait are let go, or they wait for ever.
        if (watch.IsOver)
        {
            return await release.RunAsync(what, paths, cancellation);
        }

        // Nothing holds these writes: every moment until it is recorded, the certificate says too much.
        if (certificate.Covers(parts.Self) && certificate.Covers(parts.Peer) && parts.Connections.AnyGivenUp(paths))
        {
            return await release.RunAsync(what, paths, cancellation);
        }

        if (await sparing.StepAsync(seen.Value, what, cancellation) is { } spared)
        {
            return spared;
        }

        if (!certificate.Covers(parts.Peer))
        {
            var healed = certificate.IsBuilding ? Outcome.Done : await healing.StepAsync(seen.Value, what, cancellation);
            Note(certificate.IsBuilding || parts.Tool.LastView is not null);
            return healed;
        }

        if (!parts.Options.IsStrict)
        {
            // The kernel may go on without the peer before anybody could record it.
            var given = await release.RecordAsync(seen.Value, Whole.Only(parts.Self), "the profile is not strict", what, cancellation);
            return given.WithoutValue();
        }

        // While writes wait, ZFS has nothing to say; they are let go when they have waited for long enough.
        return parts.Connections.AnyHolds(paths) ? Outcome.Done : await WatchAsync(seen.Value, what, cancellation);
    }

    /// <summary>No writes wait: is every drive in its mirror? Paths are made after that, for the kernel may take seconds for each.</summary>
    private async Task<Outcome> WatchAsync(Certified seen, string what, CancellationToken cancellation)
    {
        var looked = await LookAsync(seen, what, cancellation);
        if (looked is { View: not null, Said: { } said })
        {
            return said;
        }

        if (looked.View is null && parts.Sight.BlindFor >= PoolSight.Trust && !parts.Tool.IsSuspended)
        {
            return await DistrustAsync(seen, what, cancellation);
        }

        var certificate = seen.Certificate!;
        var connecting = parts.Connections.ConnectAsync(certificate.Access, cancellation);
        Outcome connected;
        try
        {
            // What is lost while the kernel waits for a port that hangs is recorded as always.
            while (looked is not { View: not null, Said: not null } && await Task.WhenAny(connecting, Task.Delay(Every, parts.Time, cancellation)) != connecting)
            {
                looked = await LookAsync(seen, what, cancellation);
            }
        }
        finally
        {
            connected = await connecting;
        }

        return looked.Said is { } last ? last
            : !connected.IsOk || certificate.Covers(parts.Self) ? connected
            : await healing.NoteAsync(seen, looked.View!, what, cancellation) is { } noted ? noted
            : looked.Because.Length == 0 ? await healing.UncopiedAsync(seen, looked.View!, what, cancellation) ?? await healing.CertifyAsync(seen, what, cancellation)
            : await replacement.OfThisNodeAsync(looked.View!, what, cancellation)
            ?? Faults.Mend(what, $"this node's half is not whole: {looked.Because}", $"Mend this node's drive: 'zpool status {parts.Options.Pool}'.");
    }

    /// <summary>
    /// ZFS may have given up a drive of the peer and acknowledged without it, and nobody could see it for long. Taken off, the peer opens
    /// nothing that may miss a write. This node's own half stays: what it may have lost itself ZFS has noted on its other drives, and
    /// refuses to open it without the peer's. A pool that has suspended itself acknowledges nothing, and keeps its certificate.
    /// </summary>
    private async Task<Outcome> DistrustAsync(Certified seen, string what, CancellationToken cancellation)
    {
        var because = $"the pool could not be looked at for {PoolSight.Trust.TotalMinutes:F0} min: nobody knows what the half of {parts.Peer} misses";
        var recorded = await release.RecordAsync(seen, Whole.Only(parts.Self), because, what, cancellation);
        return recorded.IsOk ? Faults.Data(what, because, $"Look why 'zpool status {parts.Options.Pool}' does not answer; {parts.Peer} is certified again after a scrub that begins by itself.") : recorded.Fault;
    }

    /// <summary>Looks at the pool, and records what it has lost: also what was lost while nobody could look.</summary>
    private async Task<Looked> LookAsync(Certified seen, string what, CancellationToken cancellation)
    {
        var begun = parts.Time.GetTimestamp();
        var view = await parts.Tool.StatusAsync(what, StatusLimit, cancellation);
        Note(view.IsOk);
        if (!view.IsOk)
        {
            return new Looked(null, "", view.Fault);
        }

        if (view.Value.IsSuspended)
        {
            return new Looked(view.Value, "", Faults.Data(what, "the pool has suspended all I/O", "Treat this node's pool as lost: reset the node."));
        }

        var certificate = seen.Certificate!;
        if (parts.Connections.Unfit(certificate.Access) is { } unfit)
        {
            return new Looked(view.Value, unfit, (await release.RecordAsync(seen, Whole.Only(parts.Self), unfit, what, cancellation)).WithoutValue());
        }

        var left = Holding.Of(view.Value, parts, certificate);
        if (certificate.Covers(parts.Self) && !left.InSync.Contains(parts.Self.Value) && parts.Connections.AnyUnknown(parts.Connections.Look()))
        {
            // The peer's half alone is to count, and its drives may have been given up without ZFS having noticed yet.
            left = left with { InSync = Whole.Nobody };
        }

        if (!left.InSync.SetEquals(certificate.InSync))
        {
            return new Looked(view.Value, left.Because, (await release.RecordAsync(seen, left.InSync, left.Because, what, cancellation)).WithoutValue());
        }

        release.SawPeerWhole(certificate, begun);
        return new Looked(view.Value, left.Because, null);
    }

    private void Note(bool isSeen)
    {
        if (isSeen)
        {
            parts.Sight.Saw();
        }
        else
        {
            parts.Sight.Missed();
        }
    }

    private async Task<Outcome> OtherAsync(CancellationToken cancellation)
    {
        parts.Sight.Saw();
        var what = $"cannot look after this node's half of pool {parts.Options.Pool}";
        watch.Clock.See(isFrozen: false);
        last = new Step(parts.Time.GetUtcNow(), null, null);
        var seen = await parts.Book.ReadAsync(what, cancellation);
        if (!seen.IsOk)
        {
            return seen.Fault;
        }

        if (seen.Value.Certificate is not { } certificate || certificate.Writer == parts.Self)
        {
            return Outcome.Done;
        }

        var stored = parts.Epochs.Store(certificate.Epoch);
        var exported = stored.IsOk ? await ExportAsync(certificate, cancellation) : stored;
        return await sparing.StepAsync(seen.Value, what, cancellation) ?? exported;
    }

    private async Task<Outcome> ExportAsync(Certificate certificate, CancellationToken cancellation)
    {
        if (parts.Exports.AreOpenTo(certificate.Access))
        {
            return Outcome.Done;
        }

        // Paths of an older stay would be in the way of nothing, and of use to nobody.
        _ = await parts.Connections.DisconnectAsync(parts.Connections.Look(), cancellation);
        parts.Say(Severity.Information, $"{parts.Unit}: letting {certificate.Writer} in, epoch {certificate.Access}");
        return parts.Exports.OpenTo(certificate.Access);
    }

    /// <summary>What a look at the pool found.</summary>
    /// <param name="View">The pool; null if it did not answer.</param>
    /// <param name="Because">What is wrong with it; empty if nothing is.</param>
    /// <param name="Said">How a record that had to be made ended, or why there is nothing more to do; null: go on.</param>
    private sealed record Looked(PoolView? View, string Because, Outcome? Said);
}
