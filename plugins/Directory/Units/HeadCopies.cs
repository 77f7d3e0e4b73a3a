using NodeAgent.Contract;
using NodeAgent.Plugins.DirectoryBackend.Files;
using NodeAgent.Plugins.DirectoryBackend.Streams;

namespace NodeAgent.Plugins.DirectoryBackend.Units;

/// <summary>Compares heads with snapshots, and makes new heads from snapshots.</summary>
internal static class HeadCopies
{
    /// <summary>
    /// Whether a head differs from the newest snapshot. The sentinel says "no" without reading; a writer's head that was
    /// written to says "yes"; a closed head is read, for there "yes" is an accusation.
    /// </summary>
    public static Answer Changed(
        UnitFolder folder, UnitRecord record, string volume, Disk disk, CancellationToken cancellation)
    {
        if (!record.Heads.TryGetValue(volume, out var head))
        {
            return Answer.No;
        }

        if (record.NewestOf(volume) is not { } newest)
        {
            return Answer.Yes;
        }

        var path = folder.CurrentHead(record, volume);
        if (string.Equals(head.EqualTo, newest.Guids[volume], StringComparison.Ordinal))
        {
            var holds = new Sentinel(head.SentinelTicks, head.SentinelExact).Holds(path);
            if (holds && head.SentinelExact)
            {
                return Answer.No;
            }

            if (record.IsWriter)
            {
                return holds ? Answer.Unknown : Answer.Yes;
            }
        }

        return record.IsWriter || !Equal(folder, path, newest, volume, disk, cancellation) ? Answer.Yes : Answer.No;
    }

    /// <summary>Makes ready heads with a snapshot's content, to be installed with the next record.</summary>
    public static UnitRecord Stage(
        UnitFolder folder, UnitFolder source, UnitRecord record, SnapshotRecord snapshot, UnitGate gate, CancellationToken cancellation)
    {
        foreach (var volume in snapshot.Present.Keys)
        {
            var path = folder.IncomingHead(volume);
            SparseFile.Copy(gate.Disk, source.SnapshotFile(snapshot.Name, volume), path, mayShare: true, cancellation);
            gate.Disk.SetMode(path, Disk.Writable);
            var sentinel = Sentinel.Set(path, gate.Context.Time.GetUtcNow());
            record = record.WithHead(volume, new HeadRecord(snapshot.Guids[volume], sentinel.Ticks, sentinel.Exact));
        }

        return record with { Install = [.. snapshot.Present.Keys] };
    }

    private static bool Equal(
        UnitFolder folder, string head, SnapshotRecord snapshot, string volume, Disk disk, CancellationToken cancellation)
    {
        var then = BlockMap.Load(folder.MapFile(snapshot.Guids[volume]))
            ?? BlockMap.Read(folder.SnapshotFile(snapshot.Name, volume), cancellation);
        disk.Announce($"compare {head}");
        return BlockMap.Read(head, cancellation).Digest.AsSpan().SequenceEqual(then.Digest);
    }
}
