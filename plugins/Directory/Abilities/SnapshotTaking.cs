using NodeAgent.Contract;
using NodeAgent.Plugins.DirectoryBackend.Files;
using NodeAgent.Plugins.DirectoryBackend.Units;

namespace NodeAgent.Plugins.DirectoryBackend.Abilities;

/// <summary>
/// Takes a snapshot of all heads at one instant, or none. A file whose blocks are shared is one instant by itself. For
/// copies, and for several files, sentinels are set on all heads first and looked at last: if they all still hold,
/// nothing was written meanwhile and the files are of one instant. If not, it is tried again, and then refused: a torn
/// snapshot is never passed off as a whole one.
/// </summary>
internal sealed class SnapshotTaking(UnitGate gate, UnitFolder folder, UnitRecord record, CancellationToken cancellation)
{
    private const int Attempts = 3;

    public Outcome<UnitRecord> Take(string name, string what)
    {
        var target = Path.Combine(folder.Snapshots, name);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            gate.Disk.Delete(target);
            gate.Disk.MakeFolder(target);
            if (TryOnce(name, target) is { } taken)
            {
                return taken;
            }
        }

        gate.Disk.Delete(target);
        return new Fault(
            FaultCode.Busy, what, $"{folder.Unit} was written to during each of {Attempts} attempts to copy it",
            $"Pause the service for the snapshot, or put {gate.Root} on XFS or Btrfs, where no pause is needed.",
            Retry.Later);
    }

    private UnitRecord? TryOnce(string name, string target)
    {
        var before = gate.Context.Time.GetUtcNow();
        var volumes = record.Heads.Keys.Order(StringComparer.Ordinal).ToList();
        var sentinels = volumes.ToDictionary(v => v, v => Sentinel.Set(folder.Head(v), before));
        var shared = volumes.ToDictionary(
            v => v, v => SparseFile.Copy(gate.Disk, folder.Head(v), Path.Combine(target, v), mayShare: true, cancellation));
        var untouched = volumes.ToDictionary(v => v, v => sentinels[v].Holds(folder.Head(v)));
        var oneInstant = untouched.Values.All(held => held) || (volumes.Count == 1 && shared[volumes[0]]);
        if (!oneInstant)
        {
            return null;
        }

        foreach (var volume in volumes)
        {
            gate.Disk.SetMode(Path.Combine(target, volume), Disk.ReadOnly);
        }

        Libc.SyncDirectory(target);
        var guids = volumes.ToDictionary(v => v, _ => Guid.NewGuid().ToString("n"));
        var snapshot = new SnapshotRecord
        {
            Name = name,
            Order = record.NextOrder,
            CreatedAt = before,
            Guids = guids,
            Present = volumes.ToDictionary(v => v, v => new FileInfo(Path.Combine(target, v)).Length),
        };
        var next = (record with { NextOrder = record.NextOrder + 1 }).With(snapshot);

        // Sharing blocks waits for direct writes under way, a copy does not see them.
        return volumes.Aggregate(next, (r, v) => r.WithHead(
            v, new HeadRecord(guids[v], sentinels[v].Ticks, sentinels[v].Exact || shared[v])));
    }
}
