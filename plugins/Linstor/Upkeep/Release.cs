using System.Collections.Immutable;
using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Kernel;

namespace NodeAgent.Plugins.LinstorBackend.Upkeep;

/// <summary>
/// Writes wait because the peer does not answer. First the cluster records that the peer is out of date, only then do they go
/// on. In any other order an acknowledged write could be on this node alone while the cluster believes otherwise.
/// </summary>
internal sealed class Release(Parts parts)
{
    public async Task<Outcome> RunAsync(Resource resource, ResourceState state, string what, CancellationToken cancellation)
    {
        var seen = await resource.Book.ReadAsync(what, cancellation);
        if (!seen.IsOk)
        {
            return seen.Fault;
        }

        if (seen.Value.Certificate is not { } certificate || certificate.Writer != parts.Self)
        {
            return new Fault(
                FaultCode.NotWriter, what, $"the cluster has given {resource.Name} away ({seen.Value.Certificate})", "Writes stay frozen; this node is to be reset.", Retry.Never);
        }

        if (!certificate.Covers(parts.Self) || !state.IsUpToDate)
        {
            return Faults.Data(
                what, $"the copy here is not whole: without {parts.Peer} acknowledged writes are missing ({state}; {certificate})",
                $"Bring {parts.Peer} back; writes stay frozen until then.");
        }

        // Also when it says so already: a certification of before that nobody answered may still be on its way to the store,
        // and the new version kills it.
        var recorded = await RecordAsync(resource, seen.Value, Whole.Only(parts.Self), $"{parts.Peer} does not answer", what, cancellation);
        var marked = recorded.IsOk ? Mark(resource, state, what) : recorded;
        var resumed = marked.IsOk ? await parts.Tool.ResumeAsync(resource.Name, what, cancellation) : marked;
        return resumed.IsOk && resource.Thawing.IsSet ? resource.Thawing.Clear() : resumed;
    }

    // One volume goes on or does not, and the next look sees which. Of several some may, and only the mark tells that.
    private static Outcome Mark(Resource resource, ResourceState state, string what)
    {
        var marked = resource.Thawing.Set();
        return marked.IsOk || state.Volumes.Count == 1 ? Outcome.Done : Faults.Data(
            what, $"writes stay frozen: {resource.Thawing.File} cannot be written ({marked.Fault.Why}), and without it a kill half way would leave volumes that nobody knows of",
            "Make room in the backend's state folder or mend it: they go on by themselves then.");
    }

    /// <summary>Writes down whose copies are whole.</summary>
    public async Task<Outcome> RecordAsync(
        Resource resource, Certified seen, ImmutableSortedSet<string> inSync, string because, string what, CancellationToken cancellation)
    {
        var written = await resource.Book.WriteAsync(what, seen, seen.Certificate! with { InSync = inSync, Because = because }, cancellation);
        if (written.IsOk)
        {
            parts.Say(Severity.Warning, $"{resource.Unit}: recorded that {(inSync.Count == 0 ? "no copy alone" : $"only the copy of {string.Join(" and ", inSync)}")} is whole: {because}");
        }

        return written.WithoutValue();
    }
}
