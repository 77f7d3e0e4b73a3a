using System.Globalization;
using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend.Pools;
using NodeAgent.Plugins.NvmeMirrorBackend.Upkeep;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Roles;

/// <summary>Closes the pool in order: both halves say so, and another node can open them without asking who is alive.</summary>
internal sealed class Demotion(Parts parts, Release release)
{
    public async Task<Outcome> RunAsync(string what, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        return parts.Tool.IsImported ? await CloseAsync(what, progress, cancellation) : await PartAsync(what, isFresh: false, progress, cancellation);
    }

    private async Task<Outcome> CloseAsync(string what, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        // While a drive of the peer is out of reach, closing would wait for it for ever.
        if (parts.Connections.Dark(parts.Connections.Look()).Count > 0)
        {
            var released = await release.RunAsync(what, parts.Connections.Look(), cancellation);
            if (!released.IsOk)
            {
                return released;
            }
        }

        // The next importer waits as long as these say.
        _ = parts.Knobs.Set(MultihostTiming.Handover);
        try
        {
            progress?.Report(new OperationProgress("exporting", null, null, CanCancel: false));
            var exported = await parts.Tool.ChangeAsync(what, "zpool", ["export", parts.Options.Pool], cancellation);
            if (!exported.IsOk)
            {
                return exported.Fault;
            }
        }
        finally
        {
            _ = parts.Knobs.Set(MultihostTiming.Steady);
        }

        if (parts.Tool.IsImported)
        {
            return new Fault(FaultCode.Internal, what, "the pool is still imported after its export", $"Look at 'zpool status {parts.Options.Pool}'.", Retry.AfterLook);
        }

        return await PartAsync(what, isFresh: true, progress, cancellation);
    }

    /// <summary>
    /// Gives the paths back, after a look whether both halves have the same end: a drive may have been lost while the pool
    /// was being closed, and nobody looks after it any more. Begun again, it does the same.
    /// </summary>
    private async Task<Outcome> PartAsync(string what, bool isFresh, IProgress<OperationProgress>? progress, CancellationToken cancellation)
    {
        var paths = parts.Connections.Look();
        if (!isFresh && paths.Count == 0)
        {
            return Outcome.Done;
        }

        progress?.Report(new OperationProgress("comparing both halves", null, null, CanCancel: false));
        var seen = await parts.Book.ReadAsync(what, cancellation);
        if (!seen.IsOk || seen.Value.Certificate is not { } certificate || certificate.Writer != parts.Self)
        {
            // Not exported in this run: these are the paths of somebody's older stay.
            return !seen.IsOk ? seen.Fault : isFresh ? await parts.Connections.DisconnectAsync(paths, cancellation) : Outcome.Done;
        }

        if (certificate.Covers(parts.Peer))
        {
            var compared = await CompareAsync(seen.Value, isFresh, what, cancellation);
            if (!compared.IsOk)
            {
                return compared;
            }
        }
        else if (certificate.IsRejoined)
        {
            await SettleAsync(seen.Value, isFresh, what, cancellation);
        }

        progress?.Report(new OperationProgress("disconnecting", null, null, CanCancel: false));
        return await parts.Connections.DisconnectAsync(paths, cancellation);
    }

    private async Task<Outcome> CompareAsync(Certified seen, bool isFresh, string what, CancellationToken cancellation)
    {
        var here = await EndAsync(pair => pair.Local, what, cancellation);
        if (here is null && !isFresh)
        {
            // Never closed here: another promotion imports it.
            return Outcome.Done;
        }

        // A drive without path would keep the reader waiting.
        var there = parts.Connections.Dark(parts.Connections.Look()).Count > 0 ? null : await EndAsync(pair => pair.Remote, what, cancellation);
        if (here is null && there is null)
        {
            return Faults.Data(what, "the pool was exported, but no half of it says so", $"Look at its drives with 'zdb -l'; {parts.Peer} must not take it.");
        }

        if (here == there)
        {
            return Outcome.Done;
        }

        // ZFS had no time to write down what the other half misses: it is copied whole.
        var isHere = here is not null && (there is null || here > there);
        var recorded = await parts.Book.WriteAsync(
            what, seen,
            seen.Certificate! with
            {
                InSync = Whole.Only(isHere ? parts.Self : parts.Peer).Intersect(seen.Certificate.InSync),
                Txg = 0,
                ScanBefore = parts.Tool.LastView?.ScanBegun,
                NeedsScrub = seen.Certificate.NeedsScrub || parts.Tool.LastView?.IsCorrupt == true,
                Because = $"the halves ended differently when {parts.Self} closed the pool: {here?.ToString(CultureInfo.InvariantCulture) ?? "open"} here, {there?.ToString(CultureInfo.InvariantCulture) ?? "open"} there",
            },
            cancellation);
        return recorded.WithoutValue();
    }

    /// <summary>
    /// The other half was being copied and parts here: it goes on from the last group, if both have it. Not recorded, it is copied whole.
    /// </summary>
    private async Task SettleAsync(Certified seen, bool isFresh, string what, CancellationToken cancellation)
    {
        var here = await EndAsync(pair => pair.Local, what, cancellation);
        if (here is null && !isFresh)
        {
            return;
        }

        var there = parts.Connections.Dark(parts.Connections.Look()).Count > 0 ? null : await EndAsync(pair => pair.Remote, what, cancellation);
        var written = await parts.Book.WriteAsync(what, seen, seen.Certificate! with { Txg = here is { } end && end == there ? end : 0, IsRejoined = false }, cancellation);
        if (!written.IsOk)
        {
            parts.Say(Severity.Warning, $"{parts.Unit}: where the copying of the half of {parts.Peer} was cut off could not be recorded, and it is copied whole: {written.Fault}");
        }
    }

    /// <summary>The last group of a half that is closed on all its drives; null if it is not, or cannot be read.</summary>
    private async Task<long?> EndAsync(Func<DrivePair, Guid> side, string what, CancellationToken cancellation)
    {
        var labels = await Task.WhenAll(parts.Pairs.Select(pair => parts.Tool.LabelAsync(what, side(pair), cancellation)));
        return Array.TrueForAll(labels, label => label is { IsOk: true, Value.IsExported: true }) ? labels.Max(label => label.Value!.Txg) : null;
    }
}
