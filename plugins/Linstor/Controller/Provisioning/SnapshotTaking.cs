using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Controller.Seen;

namespace NodeAgent.Plugins.LinstorBackend.Controller.Provisioning;

/// <summary>Takes, lists and deletes snapshots through LINSTOR.</summary>
internal sealed class SnapshotTaking(ControllerParts parts)
{
    public async Task<Outcome<Snapshot>> RunAsync(Resource resource, SnapshotId id, string what, CancellationToken cancellation)
    {
        var there = await FindAsync(resource.Name, id.Name, what, cancellation);
        if (!there.IsOk)
        {
            return there.Fault;
        }

        if (there.Value is { } before)
        {
            return Told(id, before, what);
        }

        // Read before it is seen closed: whoever opens it after that has to replace it.
        var seen = await resource.Book.ReadAsync(what, cancellation);
        var fit = seen.IsOk ? await FitAsync(resource, what, cancellation) : seen.WithoutValue();
        if (!fit.IsOk)
        {
            return fit.Fault;
        }

        // Answered or not: taken is what all nodes say they have.
        var taken = await parts.Changes.SnapshotAsync(resource.Name, id.Name, what, cancellation);
        var quiet = await QuietAsync(resource, seen.Value, what, cancellation);
        if (taken.Fault is { Code: not (FaultCode.TimedOut or FaultCode.Unparseable) } refused)
        {
            return refused;
        }

        if (!quiet.IsOk)
        {
            return quiet.Fault;
        }

        var look = await FindAsync(resource.Name, id.Name, what, cancellation);
        return look is { IsOk: true, Value: { } made } ? Told(id, made, what) : taken.Fault ?? look.Fault ?? Faults.Data(what, "LINSTOR says that it took it and does not have it", "Look at 'linstor snapshot list'.");
    }

    public async Task<Outcome<IReadOnlyList<Snapshot>>> ListAsync(Resource resource, string what, CancellationToken cancellation)
    {
        var all = await parts.Looks.SnapshotsAsync(resource.Name, what, cancellation);
        return all.Map<IReadOnlyList<Snapshot>>(found => [.. found.Where(snapshot => snapshot.IsComplete && Names.IsValid(snapshot.Name) && IsHere(snapshot))
            .OrderBy(snapshot => snapshot.TakenAt).ThenBy(snapshot => snapshot.Name, StringComparer.Ordinal).Select(snapshot => Shown(new SnapshotId(resource.Unit, snapshot.Name), snapshot))]);
    }

    public async Task<Outcome> DeleteAsync(Resource resource, string name, string what, CancellationToken cancellation)
    {
        var gone = await parts.Changes.DeleteSnapshotAsync(resource.Name, name, what, cancellation);
        if (gone.Fault is not { Code: FaultCode.TimedOut or FaultCode.Unparseable } unknown)
        {
            return gone;
        }

        var left = await FindAsync(resource.Name, name, what, cancellation);
        return left is { IsOk: true, Value: null } ? Outcome.Done : unknown;
    }

    /// <summary>A snapshot, complete or not; null: there is none of that name.</summary>
    public async Task<Outcome<SeenSnapshot?>> FindAsync(string resource, string name, string what, CancellationToken cancellation) =>
        (await parts.Looks.SnapshotsAsync(resource, what, cancellation)).Map(all => all.FirstOrDefault(found => ControllerLooks.IsSame(found.Name, name)));

    private async Task<Outcome> FitAsync(Resource resource, string what, CancellationToken cancellation)
    {
        var copies = await parts.Readiness.WholeAsync(resource.Name, what, cancellation);
        var pools = copies.IsOk ? await parts.Looks.PoolsAsync(what, cancellation) : copies.Fault;
        if (!pools.IsOk)
        {
            return pools.Fault;
        }

        foreach (var copy in copies.Value.Where(copy => !copy.IsDiskless))
        {
            if (pools.Value.FirstOrDefault(pool => ControllerLooks.IsSame(pool.Node, copy.Node) && copy.Volumes.Any(volume => ControllerLooks.IsSame(volume.Pool, pool.Name)) && !pool.CanSnapshot) is { } stiff)
            {
                return new Fault(FaultCode.Unsupported, what, $"pool {stiff.Name} on {stiff.Node} is {stiff.Provider}, which cannot snapshot", "Use a thin pool or ZFS.", Retry.Never);
            }
        }

        return await parts.Readiness.ClosedAsync(resource, copies.Value, what, cancellation);
    }

    /// <summary>
    /// Whether it stayed closed while the snapshot was taken. It is taken with writes held back and let go again, and if the writer's
    /// peer died in that moment, writes that had to wait were let go before anybody recorded it. Then only the writer's copy is
    /// certified, until both were seen whole again: no acknowledged write can be missed by a takeover of the other.
    /// </summary>
    private async Task<Outcome> QuietAsync(Resource resource, Certified before, string what, CancellationToken cancellation)
    {
        var now = await resource.Book.ReadAsync(what, cancellation);
        var look = now.IsOk ? await parts.Drbd.Tool.FindAsync(resource.Name, what, cancellation) : now.Fault;
        if (!look.IsOk)
        {
            return look.Fault;
        }

        if (now.Value.Certificate is not { } certificate
            || (certificate.Writer == before.Certificate?.Writer && certificate.Epoch == before.Certificate.Epoch && look.Value is not ({ IsPrimary: true } or { PeerRole: "Primary" })))
        {
            return Outcome.Done;
        }

        var because = $"{certificate.Writer} opened it while a snapshot was taken";
        var recorded = !certificate.Covers(certificate.Writer) ? Outcome.Done : (await resource.Book.WriteAsync(
            what, now.Value, certificate with { InSync = Whole.Only(certificate.Writer), Because = because }, cancellation)).WithoutValue();
        return recorded.IsOk ? new Fault(
            FaultCode.InUse, what, $"{because}; until both copies were seen whole again only its own is certified",
            "The snapshot may be there ('nodeagent snapshot list'): it is of an instant of the running unit. Take it again when it is closed.", Retry.AfterFix) : recorded;
    }

    private static Outcome<Snapshot> Told(SnapshotId id, SeenSnapshot snapshot, string what) => snapshot.IsComplete ? Shown(id, snapshot)
        : Faults.Data(what, $"LINSTOR has it only in part ({string.Join(',', snapshot.Flags)})", $"'linstor snapshot delete {snapshot.Resource} {snapshot.Name}', then do it again.");

    private static Snapshot Shown(SnapshotId id, SeenSnapshot snapshot) => new(id, snapshot.TakenAt ?? DateTimeOffset.UnixEpoch, snapshot.Guids, []);

    private bool IsHere(SeenSnapshot snapshot) => snapshot.Nodes.Any(node => ControllerLooks.IsSame(node, parts.Drbd.Self.Value));
}
