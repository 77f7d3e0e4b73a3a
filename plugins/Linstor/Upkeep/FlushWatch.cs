using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Kernel;
using NodeAgent.Plugins.LinstorBackend.Tool;

namespace NodeAgent.Plugins.LinstorBackend.Upkeep;

/// <summary>
/// Options of a disk are each node's own, and only this node sees them. A copy whose disk does not flush loses acknowledged writes with
/// the power, and looks whole afterwards. It takes itself off the certificate and parts: connected, its writer would certify it again.
/// A mark says so over restarts and boots, until a person has it copied anew.
/// </summary>
internal sealed class FlushWatch(Parts parts, Resource resource, Release release)
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(20);
    private long? checkedAt;

    /// <summary>Looks after the copy of a node that does not write.</summary>
    /// <returns>Whether nothing else may be done with it, and how it ended.</returns>
    public async Task<(bool IsKeptApart, Outcome Ended)> KeepAsync(Certified seen, ResourceState state, CancellationToken cancellation)
    {
        var isMarked = resource.Unflushed.IsSet;
        if (seen.Certificate is not { GivingWay: null } certificate || certificate.Writer == parts.Self || !certificate.Covers(parts.Peer) || !state.IsSecondary)
        {
            // Chosen or written here since: whatever it holds counts.
            return (false, isMarked && seen.Certificate?.Writer == parts.Self && seen.Certificate.Covers(parts.Self) ? resource.Unflushed.Clear() : Outcome.Done);
        }

        if (!isMarked && !certificate.Covers(parts.Self))
        {
            checkedAt = null;
            return (false, Outcome.Done);
        }

        var isDue = checkedAt is not { } last || parts.Time.GetElapsedTime(last) >= Every;
        if (!isMarked && !isDue)
        {
            return (false, Outcome.Done);
        }

        var what = $"cannot look after this node's copy of resource {resource.Name}";
        var found = await parts.Tool.CheckOptionsAsync(resource.Name, what, cancellation);
        if (!found.IsOk)
        {
            return (isMarked, found.Fault);
        }

        checkedAt = parts.Time.GetTimestamp();
        return found.Value.Unflushed.Count > 0 ? (true, await PartAsync(seen, state, found.Value, what, cancellation))
            : isMarked ? (true, await ReturnAsync(seen, state, what, cancellation))
            : (false, Outcome.Done);
    }

    private async Task<Outcome> PartAsync(Certified seen, ResourceState state, OptionFindings found, string what, CancellationToken cancellation)
    {
        var why = string.Join("; ", found.Unflushed);
        var marked = resource.Unflushed.Set();
        var apart = marked.IsOk ? await ApartAsync(seen, state, why, what, cancellation) : marked;
        return apart.IsOk ? Faults.Mend(
            what, $"its disk may lose acknowledged writes with the power, so it is parted and counts for nothing: {why}",
            $"On this node: put them, 'drbdadm adjust --skip-net {resource.Name}', then 'drbdadm invalidate {resource.Name}'. All of it is copied from {parts.Peer} then.") : apart;
    }

    private async Task<Outcome> ApartAsync(Certified seen, ResourceState state, string why, string what, CancellationToken cancellation)
    {
        // First the record: connected no more, the writer waits for nothing but that.
        var recorded = seen.Certificate!.Covers(parts.Self)
            ? await release.RecordAsync(resource, seen, seen.Certificate.InSync.Remove(parts.Self.Value), $"the disk of {parts.Self} may have lost writes: {why}", what, cancellation)
            : Outcome.Done;
        return recorded.IsOk && !state.IsAlone ? await parts.Tool.DisconnectAsync(resource.Name, what, cancellation) : recorded;
    }

    // What it lost is not in the bitmap: all of it is copied. Given up by a person only; given up once more, it is whole on no account.
    private async Task<Outcome> ReturnAsync(Certified seen, ResourceState state, string what, CancellationToken cancellation)
    {
        var apart = await ApartAsync(seen, state, "nobody has had it copied anew", what, cancellation);
        if (!apart.IsOk)
        {
            return apart;
        }

        if (!state.IsAlone || seen.Certificate!.Covers(parts.Self) || state.Volumes.Count == 0 || state.Volumes.Any(volume => volume.Disk != "Inconsistent"))
        {
            return Faults.Mend(
                what, "its options are right again, but its disk may have lost acknowledged writes before; it stays parted and counts for nothing",
                $"On this node: 'drbdadm invalidate {resource.Name}'. It is connected then, and all of it is copied from {parts.Peer}.");
        }

        var given = await parts.Tool.InvalidateAsync(resource.Name, what, cancellation);
        var connected = given.IsOk ? await parts.Tool.ConnectAsync(resource.Name, what, cancellation) : given;
        return connected.IsOk ? resource.Unflushed.Clear() : connected;
    }
}
