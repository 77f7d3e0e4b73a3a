using System.Text.Json;
using NodeAgent.Contract;
using NodeAgent.Plugins.DirectoryBackend.Files;

namespace NodeAgent.Plugins.DirectoryBackend.Units;

/// <summary>Where a unit's files are, and its record.</summary>
/// <param name="root">The backend's folder.</param>
/// <param name="unit">The unit.</param>
/// <param name="disk">The door to the disk.</param>
internal sealed class UnitFolder(string root, UnitId unit, Disk disk)
{
    /// <summary>The folder of locks and leftovers; no unit's name begins with a dot.</summary>
    public const string Own = ".nodeagent";

    public UnitId Unit => unit;

    public string Folder { get; } = Path.Combine(root, unit.Name);

    public string RecordPath => Path.Combine(Folder, "unit.json");

    /// <summary>Heads that services use; only on the writer.</summary>
    public string Volumes => Path.Combine(Folder, "volumes");

    /// <summary>Heads of a unit that was written here and now is a copy.</summary>
    public string Closed => Path.Combine(Folder, "closed");

    /// <summary>Files on their way to become heads.</summary>
    public string Incoming => Path.Combine(Folder, "incoming");

    public string Snapshots => Path.Combine(Folder, "snapshots");

    /// <summary>Block maps by identity; see <see cref="Streams.BlockMap"/>.</summary>
    public string Maps => Path.Combine(Folder, "maps");

    /// <summary>Receives that broke off.</summary>
    public string Partial => Path.Combine(Folder, "partial");

    public string OperationLock => Path.Combine(root, Own, "locks", unit.Name + ".operation");

    public string WriterLock => Path.Combine(root, Own, "locks", unit.Name + ".writer");

    public string Graveyard => Path.Combine(root, Own, "deleted");

    public string Head(string volume) => Path.Combine(Volumes, volume);

    public string ClosedHead(string volume) => Path.Combine(Closed, volume);

    public string IncomingHead(string volume) => Path.Combine(Incoming, volume);

    public string SnapshotFile(string snapshot, string volume) => Path.Combine(Snapshots, snapshot, volume);

    public string MapFile(string guid) => Path.Combine(Maps, guid + ".map");

    public string PartialFile(string volume) => Path.Combine(Partial, volume + ".part");

    public string PartialRecord(string volume) => Path.Combine(Partial, volume + ".json");

    /// <summary>The head's file, wherever the role has put it.</summary>
    public string CurrentHead(UnitRecord record, string volume) => record.IsWriter ? Head(volume) : ClosedHead(volume);

    /// <summary>The record, null if the unit is not here. A record that cannot be read is never taken for absence.</summary>
    public Outcome<UnitRecord?> Load()
    {
        if (!Directory.Exists(root))
        {
            return new Fault(
                FaultCode.DataPathUnavailable, $"cannot look at unit {unit}", $"{root} does not exist",
                "Mount it or correct 'path' in the configuration.", Retry.AfterFix);
        }

        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(RecordPath);
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            return (UnitRecord?)null;
        }

        try
        {
            var record = JsonSerializer.Deserialize(bytes, UnitJson.Default.UnitRecord);
            return record is { Version: UnitRecord.CurrentVersion } ? record : Broken($"its version is {record?.Version}");
        }
        catch (JsonException broken)
        {
            return Broken($"line {broken.LineNumber + 1}, {broken.Path ?? "start"}: {broken.Message}");
        }
    }

    /// <summary>The moment at which an operation has happened.</summary>
    public void Save(UnitRecord record) =>
        disk.Replace(RecordPath, JsonSerializer.SerializeToUtf8Bytes(record, UnitJson.Default.UnitRecord));

    /// <summary>Makes the unit's folders.</summary>
    public void MakeFolders()
    {
        foreach (var folder in new[] { Folder, Volumes, Closed, Incoming, Snapshots, Maps, Partial })
        {
            disk.MakeFolder(folder);
        }
    }

    private Fault Broken(string why) => new(
        FaultCode.Corruption, $"cannot read unit {unit}", $"{RecordPath} is not what NodeAgent wrote: {why}",
        "Restore the file from a copy, or move the unit's folder away and replicate it anew.", Retry.AfterFix);
}
