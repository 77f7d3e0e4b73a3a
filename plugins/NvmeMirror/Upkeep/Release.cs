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

        if (certificate.Covers(parts.Peer))
        {
            var recorded = await RecordAsync(seen.Value, $"drives of {parts.Peer} do not answer", what, cancellation);
            if (!recorded.IsOk)
            {
                return recorded.Fault;
            }
        }

        var paths = parts.Connections.Look();
        var dark = parts.Connections.Dark(paths).SelectMany(pair => parts.Connections.Of(pair, paths)).ToList();
        return await parts.Connections.DisconnectAsync(dark, cancellation);
    }

    /// <summary>Takes the peer off the certificate.</summary>
    public async Task<Outcome<Certified>> RecordAsync(Certified seen, string because, string what, CancellationToken cancellation)
    {
        // A frozen pool's programs may hang; the kernel's list does not. Not readable: zero, and the peer's half is copied whole.
        var txg = parts.Tool.CommittedTxg ?? 0;
        var written = await parts.Book.WriteAsync(
            what, seen, seen.Certificate! with { InSync = CertificateBook.Only(parts.Self), Txg = txg, Because = because }, cancellation);
        if (written.IsOk)
        {
            parts.Say(Severity.Warning, $"{parts.Unit}: recorded that {parts.Peer} is out of date: {because}");
        }

        return written;
    }
}
