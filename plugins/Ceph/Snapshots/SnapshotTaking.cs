using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Images;
using NodeAgent.Plugins.CephBackend.Index;
using NodeAgent.Plugins.CephBackend.Native;
using NodeAgent.Plugins.CephBackend.Roles;

namespace NodeAgent.Plugins.CephBackend.Snapshots;

/// <summary>
/// Making a snapshot of all volumes at one instant: this process is the only one that writes them, and it writes nothing
/// meanwhile.
/// </summary>
internal sealed class SnapshotTaking(UnitGate gate, SnapshotId snapshot, WriteGrant grant, string what, Func<Outcome>? settle = null)
{
    private readonly string unit = snapshot.Unit.Name;

    public Outcome<Snapshot> Run(UnitEntries entries)
    {
        if (gate.CheckWriter(grant, snapshot.Unit, entries, what, out var held) is { } refused)
        {
            return refused;
        }

        if (Rollbacks.Unfinished(entries.Unit!.Record.RollingBack, what) is { } unfinished)
        {
            return unfinished;
        }

        if (entries.Snapshots.GetValueOrDefault(snapshot.Name) is { } there)
        {
            return there.Record.IsGoing
                ? new Fault(FaultCode.Busy, what, "an earlier one of that name is being deleted", "Delete that one again, so that it is gone; then make it.", Retry.Later)
                : CephSnapshots.Describe(snapshot, there.Record);
        }

        // Of one volume, too: older librbd marks writes that are under way in the wrong object map.
        var taken = held!.Between(() => Take(held, entries.Made.ToList()));
        var settled = taken.IsOk && settle is not null ? settle() : Outcome.Done;
        if (!taken.IsOk || !settled.IsOk)
        {
            return taken.Fault ?? settled.Fault!;
        }

        var record = new SnapshotRecord(gate.Context.Time.GetUtcNow(), taken.Value, []);
        var key = Keys.Snapshot(unit, snapshot.Name);
        var told = gate.Index.Change(
            held.Connection.Io,
            [new IndexEntry(Keys.Unit(unit), entries.Unit.Bytes), new IndexEntry(key, [])],
            [new IndexEntry(key, UnitIndex.Bytes(record))], what);
        return told.IsOk ? CephSnapshots.Describe(snapshot, record) : told.Fault;
    }

    private Outcome<IReadOnlyDictionary<string, string>> Take(HeldUnit held, IReadOnlyList<string> volumes)
    {
        var guids = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var volume in volumes)
        {
            var guid = TakeOne(held.Image(volume)!);
            if (!guid.IsOk)
            {
                return guid.Fault;
            }

            guids[volume] = guid.Value;
        }

        return guids;
    }

    private Outcome<string> TakeOne(ImageHandle image)
    {
        var code = Rbd.CreateSnapshot(image, snapshot.Name);
        var seen = code < 0 ? false : IsSeen(image);
        if (!seen.IsOk)
        {
            return seen.Fault;
        }

        if (code == -Errno.Exists || (code >= 0 && !seen.Value))
        {
            // Left over from a call that was cut off before it was complete: of another instant.
            var removed = ImageSnapshots.Remove(image, [snapshot.Name], what);
            if (!removed.IsOk)
            {
                return removed.Fault;
            }

            code = Rbd.CreateSnapshot(image, snapshot.Name);
        }

        if (code < 0)
        {
            var fault = CephFaults.From(code, what);
            return code == -Errno.Quota
                ? fault with { Why = "the image has as many snapshots as its limit allows, or the pool's quota is reached", NextStep = "Delete snapshots, or raise the limit while the unit is closed: rbd snap limit set; see ceph df." }
                : fault;
        }

        var id = ImageCalls.Id(image, what);
        var all = id.IsOk ? ImageCalls.Snapshots(image, what) : id.Fault;
        return !all.IsOk ? all.Fault
            : all.Value.FirstOrDefault(s => s.Name == snapshot.Name) is { } taken ? ImageCalls.Guid(id.Value, taken.Id)
            : new Fault(FaultCode.DataPathUnavailable, what, "Ceph says that it is made, and the image that is open does not have it", "Try again; if that does not help, under another name.", Retry.Later);
    }

    // librbd calls made what an earlier call, which was cut off, left in the image's header: of another instant, and not in the image as it is
    // open here. A change of metadata makes it read the header again.
    private Outcome<bool> IsSeen(ImageHandle image)
    {
        var all = ImageCalls.Snapshots(image, what);
        if (!all.IsOk || all.Value.Any(s => s.Name == snapshot.Name))
        {
            return all.Map(_ => true);
        }

        var refreshed = ImageCalls.Done(Rbd.SetMetadata(image, "nodeagent.looked", snapshot.Name), what, "image metadata");
        return refreshed.IsOk ? false : refreshed.Fault;
    }
}
