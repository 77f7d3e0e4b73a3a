using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend.Certificates;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Upkeep;

/// <summary>
/// The step that is done every second. On the writer: paths, freezes, healing, the certificate. On the other node: let the
/// writer in, nobody else. Never opens or closes the pool.
/// </summary>
internal sealed class MirrorUpkeep(Parts parts, Release release, Healing healing) : IUpkeep
{
    // A path that is remade within this time costs nobody his certificate.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);

    // A pool that is about to freeze answers late: its paths must be looked at again soon.
    private static readonly TimeSpan StatusLimit = TimeSpan.FromSeconds(3);
    private long? darkSince;

    /// <summary>How long writes have waited for drives of the peer; null: they do not.</summary>
    public TimeSpan? FrozenFor => darkSince is { } since ? parts.Time.GetElapsedTime(since) : null;

    public async Task<Outcome> KeepAsync(CancellationToken cancellation)
    {
        // A promotion or demotion is under way and does all this itself.
        if (!await parts.Gate.WaitAsync(TimeSpan.Zero, cancellation))
        {
            return Outcome.Done;
        }

        try
        {
            return parts.Tool.IsImported ? await WriterAsync(cancellation) : await OtherAsync(cancellation);
        }
        finally
        {
            parts.Gate.Release();
        }
    }

    private async Task<Outcome> WriterAsync(CancellationToken cancellation)
    {
        var what = $"cannot look after pool {parts.Options.Pool}";

        // Paths first, and from the kernel: while writes are frozen, programs of ZFS may hang.
        var dark = parts.Connections.Dark(parts.Connections.Look());
        darkSince = dark.Count == 0 ? null : darkSince ?? parts.Time.GetTimestamp();
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

        if (!certificate.Covers(parts.Peer))
        {
            return certificate.IsBuilding ? Outcome.Done : await healing.StepAsync(seen.Value, what, cancellation);
        }

        return dark.Count == 0 ? await WatchAsync(seen.Value, what, cancellation)
            : FrozenFor < Patience ? Outcome.Done
            : await release.RunAsync(what, cancellation);
    }

    /// <summary>All paths needed are there: is every half in its mirror?</summary>
    private async Task<Outcome> WatchAsync(Certified seen, string what, CancellationToken cancellation)
    {
        var connected = await parts.Connections.ConnectAsync(seen.Certificate!.Access, cancellation);
        var view = await parts.Tool.StatusAsync(what, StatusLimit, cancellation);
        if (!view.IsOk)
        {
            return view.Fault;
        }

        var lost = parts.Options.Pairs.FirstOrDefault(pair => view.Value.Of(pair.Remote) is not { IsOnline: true, Errors: 0 });
        if (lost is not null)
        {
            var leaf = view.Value.Of(lost.Remote);
            var recorded = await release.RecordAsync(seen, $"drive {lost.Index} of {parts.Peer} is {leaf?.State ?? "not in the pool"}, {leaf?.Errors ?? 0} errors", what, cancellation);
            return recorded.WithoutValue();
        }

        return connected;
    }

    private async Task<Outcome> OtherAsync(CancellationToken cancellation)
    {
        var what = $"cannot look after this node's half of pool {parts.Options.Pool}";
        darkSince = null;
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
        if (!stored.IsOk || parts.Exports.AreOpenTo(certificate.Access))
        {
            return stored;
        }

        // Paths of an older stay would be in the way of nothing, and of use to nobody.
        _ = await parts.Connections.DisconnectAsync(parts.Connections.Look(), cancellation);
        parts.Say(Severity.Information, $"{parts.Unit}: letting {certificate.Writer} in, epoch {certificate.Access}");
        return parts.Exports.OpenTo(certificate.Access);
    }
}
