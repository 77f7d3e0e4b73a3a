using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend.Certificates;
using NodeAgent.Plugins.NvmeMirrorBackend.Initiators;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Upkeep;

/// <summary>
/// Writes wait because drives of the peer do not answer. First the cluster records that the peer is out of date, only then
/// are the paths given up and the writes go on with this half. In any other order an acknowledged write could be on this
/// node alone while the cluster believes otherwise.
/// </summary>
internal sealed class Release(Parts parts)
{
    // A frozen pool that a drive of this node left in the same moment may not answer at all.
    private static readonly TimeSpan LookLimit = TimeSpan.FromSeconds(1.5);

    // A step each second, the patience with the paths, this look, and a step that came late.
    private static readonly TimeSpan JustBefore = TimeSpan.FromSeconds(6);
    private int isRunning;
    private volatile Sight? peerWhole;

    /// <summary>Done at once if somebody else is at it.</summary>
    /// <param name="what">What it is for.</param>
    /// <param name="paths">The paths as they were seen: every drive without a live one is given up, also if it has one by then.</param>
    /// <param name="cancellation">Ends it.</param>
    public Task<Outcome> RunAsync(string what, IReadOnlyList<DrivePath> paths, CancellationToken cancellation) => AloneAsync(() => LetGoAsync(what, paths, cancellation));

    /// <summary>
    /// The kernel gave a drive of the peer up by itself, and ZFS goes on without it: there is nothing to wait for. Done if the
    /// certificate does not rely on both halves: without ours, only the pool can say what the other misses.
    /// </summary>
    public Task<Outcome> GivenUpAsync(string what, IReadOnlyList<DrivePath> paths, CancellationToken cancellation) => AloneAsync(async () =>
    {
        var seen = await parts.Book.ReadAsync(what, cancellation);
        return !seen.IsOk ? seen.Fault : RestsOnBoth(seen.Value.Certificate) ? await LetGoAsync(what, paths, cancellation) : Outcome.Done;
    });

    private bool RestsOnBoth(Certificate? certificate) => certificate is not null && certificate.Covers(parts.Self) && certificate.Covers(parts.Peer);

    private async Task<Outcome> AloneAsync(Func<Task<Outcome>> work)
    {
        if (Interlocked.Exchange(ref isRunning, 1) == 1)
        {
            return Outcome.Done;
        }

        try
        {
            return await work();
        }
        finally
        {
            Volatile.Write(ref isRunning, 0);
        }
    }

    private async Task<Outcome> LetGoAsync(string what, IReadOnlyList<DrivePath> seenPaths, CancellationToken cancellation)
    {
        // One whose paths live again when it is recorded is given up all the same. Left in its mirror, it would miss nothing, and
        // nothing would be copied to it that could certify it.
        var given = parts.Connections.Dark(seenPaths);
        var seen = await parts.Book.ReadAsync(what, cancellation);
        if (!seen.IsOk)
        {
            return seen.Fault;
        }

        if (seen.Value.Certificate is not { } certificate || certificate.Writer != parts.Self)
        {
            return new Fault(
                FaultCode.NotWriter, what, $"the cluster has given the pool away ({seen.Value.Certificate})", "Writes stay frozen; this node is to be reset.", Retry.Never);
        }

        if (!certificate.Covers(parts.Self))
        {
            return Needed(what, certificate.ToString());
        }

        // A drive of this node that failed with the paths was seen by nobody: without the peer its mirror has nothing.
        if (await LostHereAsync(certificate, what, cancellation) is { } lost)
        {
            var left = certificate.InSync.Remove(parts.Self.Value);
            var noted = await RecordAsync(seen.Value, lost.IsPeerToo ? left.Remove(parts.Peer.Value) : left, lost.Why, what, cancellation);
            return noted.IsOk ? Needed(what, lost.Why) : noted.Fault;
        }

        // Also when it says so already: a certification of before that nobody answered may still be on its way to the store,
        // and the new version kills it.
        var recorded = await RecordAsync(seen.Value, Whole.Only(parts.Self), $"drives of {parts.Peer} do not answer", what, cancellation);
        if (!recorded.IsOk)
        {
            return recorded.Fault;
        }

        var paths = parts.Connections.Look();
        return await parts.Connections.DisconnectAsync(
            given.Union(parts.Connections.Dark(paths)).SelectMany(pair => parts.Connections.Of(pair, paths)), cancellation);
    }

    private Fault Needed(string what, string why) => Faults.Data(
        what, $"this node's half is not whole: without {parts.Peer} acknowledged writes are missing ({why})",
        $"Bring {parts.Peer} back; writes stay frozen until then.");

    /// <summary>What is wrong with a drive of this node; null if nothing is known to be. By the pool, and by the drives if it does not answer.</summary>
    private async Task<Lost?> LostHereAsync(Certificate certificate, string what, CancellationToken cancellation)
    {
        // What was given up misses what was written since, whatever ZFS says of it yet; what cannot be read may have been.
        var paths = parts.Connections.Look();
        var isGivenUp = parts.Connections.AnyGivenUp(paths) || parts.Connections.AnyUnknown(paths);
        var view = await parts.Tool.StatusAsync(what, LookLimit, cancellation, isBeside: true);
        if (view.IsOk)
        {
            // Errors that were counted before are an operator's matter while this half is all there is.
            return parts.Pairs.FirstOrDefault(pair => view.Value.Of(pair.Local) is not { IsOnline: true } leaf || (leaf.Errors > 0 && certificate.Covers(parts.Peer))) is { } bad
                ? new Lost(
                    $"drive {bad.Index} of {parts.Self} is {view.Value.Of(bad.Local)?.State ?? "not in the pool"} with {view.Value.Of(bad.Local)?.Errors ?? 0} errors",
                    isGivenUp || parts.Pairs.Any(pair => !view.Value.IsGood(pair.Remote)))
                : null;
        }

        var labels = await Task.WhenAll(parts.Pairs.Select(pair => parts.Tool.LabelAsync(what, pair.Local, cancellation)));
        return labels.Where(label => label is not { IsOk: true, Value: not null })
            .Select(label => new Lost($"the pool does not answer, and a drive of {parts.Self} cannot be read: {label.Fault?.Why ?? "it has no label"}", IsPeerToo: isGivenUp || !WasPeerWhole(certificate))).FirstOrDefault();
    }

    /// <summary>A look at the pool, begun then, found all drives of the peer whole.</summary>
    public void SawPeerWhole(Certificate certificate, long begun) => peerWhole = new Sight(certificate.Epoch, begun);

    // ZFS may have given up a drive of the peer that nobody has seen since: then its half misses what was acknowledged without that drive.
    private bool WasPeerWhole(Certificate certificate) =>
        peerWhole is { } sight && sight.Epoch == certificate.Epoch && parts.Time.GetElapsedTime(sight.Begun) <= JustBefore;

    /// <summary>Writes down whose halves are whole, of those whom the certificate covers: nobody is added to it by a loss.</summary>
    public async Task<Outcome<Certified>> RecordAsync(
        Certified seen, ImmutableSortedSet<string> whole, string because, string what, CancellationToken cancellation)
    {
        // A frozen pool's programs may hang; the kernel's list does not. Not readable: zero, and the peer's half is copied whole.
        // Drives that have not been back keep the group at which they parted: nobody has compared what is on them.
        var certificate = seen.Certificate!;
        var inSync = whole.Intersect(certificate.InSync);
        var txg = certificate.Covers(parts.Peer) || certificate.IsRejoined ? parts.Tool.CommittedTxg ?? 0 : certificate.Txg;
        var written = await parts.Book.WriteAsync(
            what, seen,
            certificate with
            {
                InSync = inSync, Txg = txg, IsRejoined = false, Before = null, ScanBefore = parts.Tool.LastView?.ScanBegun,
                NeedsScrub = certificate.NeedsScrub || parts.Tool.LastView?.IsCorrupt == true, Because = because,
            },
            cancellation);
        if (written.IsOk)
        {
            parts.Say(Severity.Warning, $"{parts.Unit}: recorded that {(inSync.Count == 0 ? "no half alone" : $"only the half of {string.Join(" and ", inSync)}")} is whole: {because}");
        }

        return written;
    }

    private sealed record Sight(Epoch Epoch, long Begun);

    // The peer's half too, if ZFS had given up a drive of it before that could be recorded, or may have.
    private sealed record Lost(string Why, bool IsPeerToo);
}
