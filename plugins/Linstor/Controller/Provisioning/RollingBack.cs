using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Controller.Seen;

namespace NodeAgent.Plugins.LinstorBackend.Controller.Provisioning;

/// <summary>
/// Both copies go back to a snapshot. While that is under way only this node's copy counts: were one copy to go back and the
/// other not, nobody may believe that they are the same.
/// </summary>
internal sealed class RollingBack(ControllerParts parts)
{
    public async Task<Outcome<RollbackPlan>> PlanAsync(Resource resource, SnapshotId target, string what, CancellationToken cancellation)
    {
        var all = await parts.Looks.SnapshotsAsync(resource.Name, what, cancellation);
        var copies = all.IsOk ? await parts.Looks.ResourcesAsync([resource.Name], what, cancellation) : all.Fault;
        if (!copies.IsOk)
        {
            return copies.Fault;
        }

        var there = all.Value.FirstOrDefault(snapshot => ControllerLooks.IsSame(snapshot.Name, target.Name));
        if (there is null)
        {
            return new Fault(FaultCode.NotFound, what, $"LINSTOR has no such snapshot of {resource.Name}", "Look at 'linstor snapshot list'.", Retry.AfterLook);
        }

        return new RollbackPlan(target, [], [], Blockers(there, all.Value, copies.Value), Fingerprint(all.Value));
    }

    public async Task<Outcome> RunAsync(Resource resource, RollbackPlan plan, string what, CancellationToken cancellation)
    {
        var now = await PlanAsync(resource, plan.Target, what, cancellation);
        var copies = now.IsOk ? await parts.Readiness.WholeAsync(resource.Name, what, cancellation) : now.Fault;
        if (!copies.IsOk)
        {
            return copies.Fault;
        }

        if (now.Value.Fingerprint != plan.Fingerprint || now.Value.Blockers.Count > 0)
        {
            return Faults.Mend(what, now.Value.Blockers.Count > 0 ? string.Join("; ", now.Value.Blockers) : "snapshots have changed since it was planned", "Plan it again.");
        }

        // Read before it is seen closed, and replaced against that: a node that opens it in between either was faster, and this is
        // refused, or finds that the certificate is not its own any more.
        var seen = await resource.Book.ReadAsync(what, cancellation);
        var closed = seen.IsOk ? await parts.Readiness.ClosedAsync(resource, copies.Value, what, cancellation) : seen.WithoutValue();
        var free = closed.IsOk && seen.Value.Certificate is { GivingWay: not null } chosen
            ? Faults.Mend(what, $"a copy is giving way to the other ({chosen})", "Wait until both are certified: nodeagent status.") : closed;
        var wasMarked = resource.GoingBack.IsSet;
        var marked = free.IsOk ? resource.GoingBack.Set() : free;
        var alone = marked.IsOk ? await RecordAsync(resource, seen.Value, Whole.Only(parts.Drbd.Self), "both copies are going back to a snapshot", what, cancellation) : marked;
        if (marked.IsOk && !alone.IsOk && !wasMarked)
        {
            // Nothing was ordered: no copy went back.
            return resource.GoingBack.Clear() is { IsOk: false } stays ? stays : alone;
        }

        var ordered = alone.IsOk ? await parts.Changes.RollbackAsync(resource.Name, plan.Target.Name, what, cancellation) : alone;
        var arrived = ordered.IsOk ? await parts.Arrival.WholeAsync(resource.Name, what, cancellation) : ordered;
        var again = arrived.IsOk ? await resource.Book.ReadAsync(what, cancellation) : arrived.Fault!;
        var ended = again.IsOk ? await RecordAsync(resource, again.Value, parts.Drbd.Both, "both copies went back to a snapshot and were seen whole", what, cancellation) : again.WithoutValue();
        return ended.IsOk ? resource.GoingBack.Clear() : ended;
    }

    private async Task<Outcome> RecordAsync(Resource resource, Certified seen, ImmutableSortedSet<string> inSync, string because, string what, CancellationToken cancellation)
    {
        return seen.Certificate is not { } certificate ? Faults.Mend(what, "it was never adopted", "Adopt it with 'nodeagent volume create'.")
            : !certificate.Covers(parts.Drbd.Self) ? Faults.Mend(what, $"this node's copy is not whole ({certificate})", $"Do it on {certificate.Writer}.")
            : (await resource.Book.WriteAsync(what, seen, certificate with { Writer = parts.Drbd.Self, InSync = inSync, Because = because }, cancellation)).WithoutValue();
    }

    // ZFS goes back only to its newest snapshot; with LINSTOR's own way around it the newer ones lose what they stand on.
    private static List<string> Blockers(SeenSnapshot target, IReadOnlyList<SeenSnapshot> all, IReadOnlyList<SeenResource> copies)
    {
        List<string> blockers = [];
        if (!target.IsComplete)
        {
            blockers.Add($"snapshot {target.Name} is not complete ({string.Join(',', target.Flags)})");
        }

        if (copies.FirstOrDefault(copy => !copy.IsDiskless && !target.Nodes.Any(node => ControllerLooks.IsSame(node, copy.Node))) is { } without)
        {
            blockers.Add($"{without.Node} has a copy and not the snapshot");
        }

        var newer = all.Where(snapshot => snapshot.TakenAt > target.TakenAt).Select(snapshot => snapshot.Name).Order(StringComparer.Ordinal).ToList();
        if (newer.Count > 0 && copies.Any(copy => copy.Volumes.Any(volume => volume.Provider.StartsWith("ZFS", StringComparison.Ordinal))))
        {
            blockers.Add($"on ZFS newer snapshots stand in the way: delete {string.Join(", ", newer)} first");
        }

        return blockers;
    }

    private static string Fingerprint(IEnumerable<SeenSnapshot> all) => Convert.ToHexStringLower(SHA256.HashData(
        Encoding.UTF8.GetBytes(string.Join('\n', all.Select(snapshot => $"{snapshot.Name} {snapshot.Id}").Order(StringComparer.Ordinal)))));
}
