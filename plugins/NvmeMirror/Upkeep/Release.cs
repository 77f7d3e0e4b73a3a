using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend.Certificates;

namespace NodeAgent.Plugins.NvmeMirrorBackend.Upkeep;

/// <summary>
/// Writes wait because drives of the peer do not answer. First the cluster records that the peer is out of date, only then
/// are the paths given up and the writes go on with this half. In any other order an acknowledged write could be on this
/// node alone while the cluster believes otherwise.
/// </summary>
internal sealed class Release(Parts parts)
{
    // Of which certificate all the peer's drives were seen back in the pool.
    private (Epoch Epoch, long Txg)? rejoined;

    public async Task<Outcome> RunAsync(string what, CancellationToken cancellation)
    {
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
            return Faults.Data(
                what, $"this node's half is not whole: without {parts.Peer} acknowledged writes are missing ({certificate})",
                $"Bring {parts.Peer} back; writes stay frozen until then.");
        }

        // Also when it says so already: a certification of before that nobody answered may still be on its way to the store,
        // and the new version kills it.
        var recorded = await RecordAsync(seen.Value, Whole.Only(parts.Self), $"drives of {parts.Peer} do not answer", what, cancellation);
        if (!recorded.IsOk)
        {
            return recorded.Fault;
        }

        var paths = parts.Connections.Look();
        var dark = parts.Connections.Dark(paths).SelectMany(pair => parts.Connections.Of(pair, paths)).ToList();
        return await parts.Connections.DisconnectAsync(dark, cancellation);
    }

    /// <summary>
    /// All the peer's drives are back in the pool after a comparison: what is on them is this node's, and when they part
    /// again, they part at what is written then.
    /// </summary>
    public void Rejoined(Certificate certificate) => rejoined = certificate.Txg > 0 ? (certificate.Epoch, certificate.Txg) : null;

    /// <summary>Writes down whose halves are whole.</summary>
    public async Task<Outcome<Certified>> RecordAsync(
        Certified seen, ImmutableSortedSet<string> inSync, string because, string what, CancellationToken cancellation)
    {
        // A frozen pool's programs may hang; the kernel's list does not. Not readable: zero, and the peer's half is copied whole.
        // Drives that have not been back keep the group at which they parted: nobody has compared what is on them.
        var certificate = seen.Certificate!;
        var txg = certificate.Covers(parts.Peer) || rejoined == (certificate.Epoch, certificate.Txg) ? parts.Tool.CommittedTxg ?? 0 : certificate.Txg;
        var written = await parts.Book.WriteAsync(what, seen, certificate with { InSync = inSync, Txg = txg, Because = because }, cancellation);
        if (written.IsOk)
        {
            rejoined = null;
            parts.Say(Severity.Warning, $"{parts.Unit}: recorded that {(inSync.Count == 0 ? "no half alone" : $"only the half of {string.Join(" and ", inSync)}")} is whole: {because}");
        }

        return written;
    }
}
