using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend.Certificates;
using NodeAgent.Plugins.NvmeMirrorBackend.Pools;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Upkeep;

/// <summary>
/// The peer's half is out of date. Brings its drives back into their mirrors as they appear, waits until all is copied,
/// and has the certificate made out again when that was seen twice. One short step for each call.
/// </summary>
internal sealed class Healing(Parts parts, Release release, Replacement replacement)
{
    // ZFS begins to copy within seconds after a drive is back.
    private static readonly TimeSpan IdleLimit = TimeSpan.FromSeconds(30);
    private long? idleSince;

    public async Task<Outcome> StepAsync(Certified seen, string what, CancellationToken cancellation)
    {
        // First: what waits for a drive in whose place another is would keep the pool from answering.
        var certificate = seen.Certificate!;
        _ = await parts.Connections.DisconnectAsync(parts.Connections.LookAtDead(), cancellation);
        if (certificate.ScanBefore is null)
        {
            // Before its drives can come back, and ZFS begins to copy by itself.
            var now = await parts.Tool.StatusAsync(what, cancellation);
            return now.IsOk ? await NoteAsync(seen, now.Value, what, cancellation) ?? Outcome.Done : now.Fault;
        }

        var connected = await parts.Connections.ConnectAsync(certificate.Access, cancellation);
        var view = await parts.Tool.StatusAsync(what, cancellation);
        if (!view.IsOk)
        {
            return view.Fault;
        }

        if (certificate.Covers(parts.Self) && parts.Pairs.FirstOrDefault(pair => view.Value.Of(pair.Local) is not { IsOnline: true }) is { } gone)
        {
            // Neither half alone holds everything now.
            var recorded = await release.RecordAsync(seen, Whole.Nobody, $"drive {gone.Index} of this node is not online either", what, cancellation);
            return recorded.WithoutValue();
        }

        if (view.Value.IsSuspended)
        {
            return Faults.Data(what, "the pool has suspended all I/O", "Treat this node's pool as lost: reset the node.");
        }

        if (await NoteAsync(seen, view.Value, what, cancellation) is { } noted)
        {
            return noted;
        }

        if (await replacement.OfThisNodeAsync(view.Value, what, cancellation) is { } replaced)
        {
            return replaced;
        }

        var away = parts.Pairs.Where(pair => view.Value.Of(pair.Remote) is not { IsOnline: true }).ToList();
        if (away.Count > 0)
        {
            idleSince = null;
        }

        var rejoined = await NoteRejoinedAsync(seen, away.Count == 0, what, cancellation);
        if (!rejoined.IsOk)
        {
            return rejoined.Fault;
        }

        seen = rejoined.Value;

        return away.Count > 0 ? await BringBackAsync(seen, view.Value, away, connected, what, cancellation)
            : view.Value.Leaves.FirstOrDefault(leaf => leaf.Errors > 0) is { } worn
                ? Faults.Mend(what, $"drive {worn.Partition} in {worn.Mirror} counts {worn.Errors} errors", $"Look at the drive; then 'zpool clear {parts.Options.Pool}', and after that 'zpool scrub -w {parts.Options.Pool}'.")
            : parts.Options.IsStrict && await UncopiedAsync(seen, view.Value, what, cancellation) is { } uncopied ? uncopied
            : connected.IsOk ? await CertifyAsync(seen, what, cancellation)
            : connected;
    }

    /// <summary>
    /// Notes the newest scan while a drive is away or counts errors: what it misses no scan of before has brought, also when
    /// the count is cleared. Null: there is nothing to note.
    /// </summary>
    public async Task<Outcome?> NoteAsync(Certified seen, PoolView view, string what, CancellationToken cancellation)
    {
        var certificate = seen.Certificate!;
        var isMissing = parts.Pairs.Any(pair => !view.IsGood(pair.Local) || !view.IsGood(pair.Remote));
        var isCorrupt = view.IsCorrupt && !certificate.NeedsScrub;
        if (certificate.ScanBefore is not null && !isCorrupt && !(isMissing && certificate.ScanBefore != view.ScanBegun))
        {
            return null;
        }

        var noted = await parts.Book.WriteAsync(
            what, seen, certificate with { ScanBefore = view.ScanBegun, NeedsScrub = certificate.NeedsScrub || view.IsCorrupt }, cancellation);
        return noted.WithoutValue();
    }

    /// <summary>
    /// Back after a comparison, what is on the peer's drives is this node's, and when they part again, they part at what is written
    /// then. One that left unrecorded may have been written by its own node since: then the old group counts.
    /// </summary>
    private async Task<Outcome<Certified>> NoteRejoinedAsync(Certified seen, bool isBack, string what, CancellationToken cancellation)
    {
        // Without paths ZFS may not have noticed yet that they are gone: then it stays as it was.
        var certificate = seen.Certificate!;
        var isRejoined = isBack && (certificate.IsRejoined || (certificate.Txg > 0 && parts.Connections.Dark(parts.Connections.Look()).Count == 0));
        return isRejoined == certificate.IsRejoined ? seen : await parts.Book.WriteAsync(what, seen, certificate with { IsRejoined = isRejoined }, cancellation);
    }

    /// <summary>
    /// What is to be done if all drives are there, and nothing that runs will certify them; null if something may. ZFS copies nothing to
    /// a drive that missed nothing: if it begins nothing for a while, a scrub is begun, once. One that was cancelled is an operator's.
    /// </summary>
    public async Task<Outcome?> UncopiedAsync(Certified seen, PoolView view, string what, CancellationToken cancellation)
    {
        var certificate = seen.Certificate!;
        if (view.Scan is { IsRunning: true } || view.IsCopiedSince(certificate.ScanBefore, certificate.NeedsScrub))
        {
            idleSince = null;
            return null;
        }

        if (certificate.ScanBefore is { Length: > 0 } noted && PoolView.IsLater(noted, view.ScanBegun))
        {
            // The one that was noted is forgotten, or the clock was set back: the next one may not be later than it either.
            return (await parts.Book.WriteAsync(what, seen, certificate with { ScanBefore = view.ScanBegun }, cancellation)).WithoutValue();
        }

        idleSince ??= parts.Time.GetTimestamp();
        var isDue = !view.IsOwing && (certificate.ScanBefore == view.ScanBegun || (certificate.NeedsScrub && view.Scan is { Kind: "resilver" }));
        if (isDue && parts.Time.GetElapsedTime(idleSince.Value) >= IdleLimit)
        {
            idleSince = null;
            var begun = await parts.Tool.ChangeAsync(what, "zpool", ["scrub", parts.Options.Pool], cancellation);
            if (begun.IsOk)
            {
                parts.Say(Severity.Warning, $"{parts.Unit}: a scrub was begun: all drives are there, and ZFS copies nothing that could certify them");
            }

            return begun.WithoutValue();
        }

        return Faults.Mend(
            what, "all drives are there, but ZFS does not say that anything was copied to its end since one was last seen to miss something",
            isDue ? $"Wait: a scrub begins if nothing is copied for {IdleLimit.TotalSeconds:0} s." : $"'zpool scrub -w {parts.Options.Pool}': it copies what is missing.");
    }

    /// <summary>
    /// All drives that are away come back together: how far their node wrote is known only from all of them, for a group's
    /// mark is on three of them at most.
    /// </summary>
    private async Task<Outcome> BringBackAsync(
        Certified seen, PoolView view, List<DrivePair> away, Outcome connected, string what, CancellationToken cancellation)
    {
        var paths = parts.Connections.Look();
        var dark = parts.Connections.Dark(paths);
        if (away.Find(pair => dark.Contains(pair) || !File.Exists(parts.Tool.Device(pair.Remote))) is { } missing)
        {
            return connected.Fault ?? Faults.Data(what, $"drive {missing.Index} of {parts.Peer} is not there yet", "Wait; if it is broken, replace it.");
        }

        var reached = parts.Connections.AreReached(away, what);
        if (!reached.IsOk)
        {
            return reached;
        }

        var labels = await Task.WhenAll(away.Select(pair => parts.Tool.LabelAsync(what, pair.Remote, cancellation)));
        var certificate = seen.Certificate!;
        for (var index = 0; index < labels.Length; index++)
        {
            if (!labels[index].IsOk)
            {
                return labels[index].WithoutValue();
            }

            if (labels[index].Value is null && replacement.Gone(view, away[index].Remote) is { } gone && await parts.Tool.IsBlankAsync(what, away[index].Remote, cancellation) is { IsOk: true, Value: true })
            {
                return certificate.Txg > 0 && away.Count > 1
                    ? await ForgetPartingAsync(seen, $"a drive of {parts.Peer} was replaced, and what it knew of the last group is gone", what, cancellation)
                    : await replacement.PutAsync(gone, away[index].Remote, what, cancellation);
            }

            if (labels[index].Value?.PoolGuid != certificate.PoolGuid && (labels[index].Value is not null || !IsBeingRemade(view, away[index], certificate)))
            {
                // A new drive, or one of another pool: only an operator says that what is on it may go.
                return Faults.Mend(what, $"drive {away[index].Index} of {parts.Peer} does not belong to this pool",
                    $"If it is a new drive: 'zpool replace {parts.Options.Pool} {replacement.Gone(view, away[index].Remote)?.Guid} {parts.Tool.Device(away[index].Remote)}'.");
            }
        }

        // One group further is what was being written when the halves parted; it may be on that half in part.
        var newest = labels.Max(label => label.Value?.Txg ?? 0);
        parts.Say(Severity.Information, $"{parts.Unit}: the drives of {parts.Peer} are back with group {newest}, parted at {certificate.Txg}");
        if (certificate.Txg > 0 && newest > certificate.Txg + 1)
        {
            return await ForgetPartingAsync(seen, $"{parts.Peer} wrote after the halves parted", what, cancellation);
        }

        foreach (var pair in away)
        {
            var back = certificate.Txg > 0 ? await OnlineAsync(view.Of(pair.Remote), pair, what, cancellation) : await AnewAsync(view, pair, what, cancellation);
            if (!back.IsOk)
            {
                return back;
            }
        }

        return Outcome.Done;
    }

    /// <summary>
    /// From now on everything of that half is copied anew. Recorded first: after a kill, what is left of its drives must not look
    /// as if they had not been written.
    /// </summary>
    private async Task<Outcome> ForgetPartingAsync(Certified seen, string because, string what, CancellationToken cancellation)
    {
        var written = await parts.Book.WriteAsync(what, seen, seen.Certificate! with { Txg = 0, IsRejoined = false, Because = because }, cancellation);
        return written.WithoutValue();
    }

    // Killed between taking it out of its mirror and putting it back: it has this pool's label, or none.
    private bool IsBeingRemade(PoolView view, DrivePair pair, Certificate certificate) => certificate.Txg == 0 && replacement.Gone(view, pair.Remote) is null;

    private async Task<Outcome> OnlineAsync(Leaf? leaf, DrivePair pair, string what, CancellationToken cancellation)
    {
        if (leaf is null)
        {
            return await AttachAsync(pair, what, cancellation);
        }

        var online = await parts.Tool.ChangeAsync(what, "zpool", ["online", parts.Options.Pool, leaf.Guid], cancellation);
        var cleared = online.IsOk && leaf.State != "OFFLINE" ? await parts.Tool.ChangeAsync(what, "zpool", ["clear", parts.Options.Pool, leaf.Guid], cancellation) : online;
        return cleared.WithoutValue();
    }

    /// <summary>It was written after the halves parted: ZFS knows nothing of that and would leave wrong blocks in place.</summary>
    private async Task<Outcome> AnewAsync(PoolView view, DrivePair pair, string what, CancellationToken cancellation)
    {
        if (view.Of(pair.Local) is not { IsOnline: true })
        {
            return Faults.Data(what, $"mirror {pair.Index} has no good drive on this node", "Mend this node's drive first.");
        }

        // Cut off in the midst of a replacement, the drive of before is there again once the new one is out.
        foreach (var leaf in replacement.AllGone(view, pair.Remote))
        {
            var detached = await parts.Tool.ChangeAsync(what, "zpool", ["detach", parts.Options.Pool, leaf.Guid], cancellation);
            if (!detached.IsOk)
            {
                return detached.Fault;
            }
        }

        return await AttachAsync(pair, what, cancellation);
    }

    private async Task<Outcome> AttachAsync(DrivePair pair, string what, CancellationToken cancellation)
    {
        var cleared = await parts.Tool.ChangeAsync(what, "zpool", ["labelclear", "-f", parts.Tool.Device(pair.Remote)], cancellation);
        var attached = cleared.IsOk
            ? await parts.Tool.ChangeAsync(what, "zpool", ["attach", parts.Options.Pool, parts.Tool.Device(pair.Local), parts.Tool.Device(pair.Remote)], cancellation)
            : cleared;
        return attached.WithoutValue();
    }

    /// <summary>Seen whole twice, with a group in between that reached the peer's drives.</summary>
    public async Task<Outcome> CertifyAsync(Certified seen, string what, CancellationToken cancellation)
    {
        // With the other profile the kernel may go on without the peer before anybody could record it.
        var before = seen.Certificate!;
        if (!parts.Options.IsStrict || !await IsWholeAsync(before, what, cancellation))
        {
            return Outcome.Done;
        }

        // The same with a path that was made with other settings, by whomever.
        if (parts.Connections.Unfit(before.Access) is { } unfit)
        {
            return Faults.Mend(what, unfit, "Take that path away with 'nvme disconnect -d'; it is made again as it must be.");
        }

        var reached = parts.Connections.AreReached(parts.Pairs, what);
        if (!reached.IsOk)
        {
            return reached;
        }

        var newest = await NewestAsync(what, cancellation);
        var synced = await parts.Tool.ChangeAsync(what, "zpool", ["sync", parts.Options.Pool], cancellation);
        var after = synced.IsOk ? await NewestAsync(what, cancellation) : synced.Fault;
        if (!newest.IsOk || !after.IsOk || after.Value <= newest.Value || !await IsWholeAsync(before, what, cancellation)
            || !parts.Connections.AreReached(parts.Pairs, what).IsOk)
        {
            return newest.WithoutValue() is { IsOk: false } late ? late : after.WithoutValue();
        }

        var written = await parts.Book.WriteAsync(
            what, seen, before with { InSync = Whole.Both(parts.Self, parts.Peer), Txg = 0, IsRejoined = false, ScanBefore = null, NeedsScrub = false, Because = "both halves were seen whole twice" }, cancellation);
        if (written.IsOk)
        {
            parts.Say(Severity.Information, $"{parts.Unit}: certified, {parts.Peer} holds everything acknowledged");
        }

        return written.WithoutValue();
    }

    private async Task<bool> IsWholeAsync(Certificate before, string what, CancellationToken cancellation)
    {
        var view = await parts.Tool.StatusAsync(what, cancellation);
        var paths = parts.Connections.Look();
        return view.IsOk && view.Value.IsCopiedSince(before.ScanBefore, before.NeedsScrub) && view.Value.IsWhole(parts.Pairs)
            && parts.Connections.Dark(paths).Count == 0 && !paths.Any(path => path.IsUnknown);
    }

    private async Task<Outcome<long>> NewestAsync(string what, CancellationToken cancellation)
    {
        long newest = 0;
        foreach (var pair in parts.Pairs)
        {
            var label = await parts.Tool.LabelAsync(what, pair.Remote, cancellation);
            if (!label.IsOk || label.Value is null)
            {
                return label.Fault ?? Faults.Data(what, $"drive {pair.Index} of {parts.Peer} has no label", "Look at 'zpool status'.");
            }

            newest = Math.Max(newest, label.Value.Txg);
        }

        return newest;
    }
}
