using NodeAgent.Plugins.DirectoryBackend.Files;

namespace NodeAgent.Plugins.DirectoryBackend.Units;

/// <summary>
/// Makes the files agree with the record, after a crash or before an operation. The record is right: what it asks for
/// is finished, what it does not name is removed.
/// </summary>
internal static class UnitRecovery
{
    public static UnitRecord Run(UnitFolder folder, UnitRecord record, Disk disk)
    {
        folder.MakeFolders();
        foreach (var volume in record.Install.Where(v => File.Exists(folder.IncomingHead(v))))
        {
            disk.Move(folder.IncomingHead(volume), folder.Head(volume));
            disk.Delete(folder.ClosedHead(volume));
        }

        PutHeadsWhereTheyBelong(folder, record, disk);
        if (record.Install.Count > 0)
        {
            record = record with { Install = [] };
            folder.Save(record);
        }

        Sweep(folder, record, disk);
        return record;
    }

    /// <summary>Deletes what the record does not name.</summary>
    public static void Sweep(UnitFolder folder, UnitRecord record, Disk disk)
    {
        SweepFolder(folder.Incoming, record.Install.ToHashSet(StringComparer.Ordinal), disk);
        var snapshots = record.Snapshots.ToDictionary(s => s.Name, StringComparer.Ordinal);
        foreach (var path in Directory.EnumerateFileSystemEntries(folder.Snapshots))
        {
            if (snapshots.TryGetValue(Path.GetFileName(path), out var snapshot))
            {
                SweepFolder(path, snapshot.Present.Keys.ToHashSet(StringComparer.Ordinal), disk);
            }
            else
            {
                disk.Delete(path);
            }
        }

        // A head that the record does not name was given up by a receive or a delete.
        var heads = record.Heads.Keys.ToHashSet(StringComparer.Ordinal);
        SweepFolder(folder.Closed, record.IsWriter ? [] : heads, disk);
        SweepFolder(folder.Maps, MapsOf(record), disk);
    }

    private static void PutHeadsWhereTheyBelong(UnitFolder folder, UnitRecord record, Disk disk)
    {
        foreach (var volume in record.Heads.Keys)
        {
            var wanted = folder.CurrentHead(record, volume);
            var other = record.IsWriter ? folder.ClosedHead(volume) : folder.Head(volume);
            if (!File.Exists(wanted) && File.Exists(other))
            {
                disk.SetMode(other, record.IsWriter ? Disk.Writable : Disk.ReadOnly);
                disk.Move(other, wanted);
            }
        }
    }

    private static HashSet<string> MapsOf(UnitRecord record) =>
    [
        .. record.Snapshots.SelectMany(s => s.Guids.Values)
            .Concat(record.Anchors.SelectMany(a => a.Guids.Values))
            .Select(guid => guid + ".map"),
    ];

    private static void SweepFolder(string folder, HashSet<string> named, Disk disk)
    {
        foreach (var path in Directory.EnumerateFileSystemEntries(folder))
        {
            if (!named.Contains(Path.GetFileName(path)))
            {
                disk.Delete(path);
            }
        }
    }
}
