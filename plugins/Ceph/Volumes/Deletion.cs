using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Clusters;
using NodeAgent.Plugins.CephBackend.Images;
using NodeAgent.Plugins.CephBackend.Index;
using NodeAgent.Plugins.CephBackend.Mirrors;
using NodeAgent.Plugins.CephBackend.Native;
using NodeAgent.Plugins.CephBackend.Roles;
using NodeAgent.Plugins.CephBackend.Snapshots;

namespace NodeAgent.Plugins.CephBackend.Volumes;

/// <summary>
/// Deleting a volume: its snapshots, then the image into the trash, so that its name is free at once, then out of the
/// index. Refused before anything is touched if something stands on it.
/// </summary>
internal sealed class Deletion(UnitGate gate, VolumeId volume, string what)
{
    private readonly string unit = volume.Unit.Name;

    public async Task<Outcome> RunAsync(CancellationToken cancellation)
    {
        if (!Names.IsValid(volume.Name))
        {
            return Names.Invalid("volume", volume.Name);
        }

        var deleted = await gate.ChangeAsync(volume.Unit, what, Run, cancellation, isLong: true);
        return deleted.WithoutValue();
    }

    private Outcome<bool> Run(Connection connection, UnitEntries entries)
    {
        if (entries.Unit is null || !entries.Volumes.ContainsKey(volume.Name))
        {
            return true;
        }

        if (Refused(entries) is { } refused)
        {
            return refused;
        }

        var held = gate.Held.GetValueOrDefault(unit);
        if (KnownImages.RefuseDeletion(connection.Io, gate.Options.Pool, volume, entries.Volumes[volume.Name].Record.Image, held?.IdOf(volume.Name), what) is { } another)
        {
            return another;
        }

        // From here on nobody can hold what goes with it, on whichever node.
        var marked = GoingSnapshots.Mark(gate.Index, connection.Io, unit, [.. entries.Snapshots.Where(s => s.Value.Record.Guids.ContainsKey(volume.Name))], what);
        var gone = marked.IsOk ? Remove(connection, held) : marked.Fault;
        if (!gone.IsOk)
        {
            if (marked.IsOk && gone.Fault.Code == FaultCode.InUse)
            {
                GoingSnapshots.Unmark(gate.Index, connection.Io, unit, marked.Value, what);
            }

            // Still there: still held, if it was.
            _ = held?.Attach(volume.Name, what);
            return gone.Fault;
        }

        var changes = new List<IndexEntry> { new(Keys.Volume(unit, volume.Name), []) };
        var isLast = entries.Volumes.Count == 1;
        changes.AddRange(entries.Snapshots.Where(s => isLast || s.Value.Record.Guids.ContainsKey(volume.Name)).Select(s => Without(s.Key, s.Value.Record, isLast)));
        if (isLast)
        {
            gate.LetGo(unit);
            changes.Add(new IndexEntry(Keys.Unit(unit), []));
        }

        var told = gate.Index.Change(connection.Io, [new IndexEntry(Keys.Unit(unit), entries.Unit.Bytes)], changes, what);
        return told.IsOk ? true : told.Fault;
    }

    private IndexEntry Without(string snapshot, SnapshotRecord record, bool isLast)
    {
        var rest = record.Guids.Where(g => g.Key != volume.Name).ToDictionary(g => g.Key, g => g.Value, StringComparer.Ordinal);
        return new IndexEntry(
            Keys.Snapshot(unit, snapshot), isLast || rest.Count == 0 ? [] : UnitIndex.Bytes(record with { Guids = rest, IsGoing = false }));
    }

    /// <summary>Why it may not be deleted; null if it may.</summary>
    public Fault? Refused(UnitEntries entries)
    {
        var record = entries.Unit!.Record;
        if (SourceCheck.Refuse(volume.Unit, entries, what) is { } elsewhere)
        {
            return elsewhere;
        }

        if (record.IsOpen && record.Holder != gate.Context.Node.Value)
        {
            return new Fault(FaultCode.NotWriter, what, $"{record.Holder} has it open", $"Delete it on {record.Holder}, or demote it there.", Retry.AfterFix);
        }

        if (gate.Held.GetValueOrDefault(unit) is { Users: > 0 })
        {
            return new Fault(FaultCode.InUse, what, "it is open for writing", "Stop the service that uses it.", Retry.AfterFix);
        }

        var holds = entries.Snapshots.Where(s => s.Value.Record.Guids.ContainsKey(volume.Name) && s.Value.Record.Holds.Count > 0).ToList();
        return holds.Count == 0
            ? null
            : new Fault(FaultCode.InUse, what, "snapshots of it are held", "Release the holds.", Retry.AfterFix)
            {
                Facts = holds.ToDictionary(h => h.Key, h => string.Join(' ', h.Value.Record.Holds), StringComparer.Ordinal),
            };
    }

    private Outcome Remove(Connection connection, HeldUnit? held)
    {
        var image = Keys.Image(unit, volume.Name);
        var id = Clear(connection, held, image);
        held?.Detach(volume.Name);
        if (!id.IsOk)
        {
            // A volume whose image was never made, or was deleted before a crash.
            return id.Fault.Code == FaultCode.NotFound ? Outcome.Done : id.Fault;
        }

        var moved = ImageCalls.Done(Rbd.MoveToTrash(connection.Io, image, (ulong)gate.Options.TrashKept.TotalSeconds), what, "moving to the trash");
        return moved.IsOk && gate.Options.TrashKept == TimeSpan.Zero
            ? ImageCalls.Done(Rbd.RemoveFromTrash(connection.Io, id.Value, force: false), what, "emptying the trash")
            : moved;
    }

    // Through the image that is held, lock and all, if it still is.
    private Outcome<string> Clear(Connection connection, HeldUnit? held, string image)
    {
        if (held?.Image(volume.Name) is { } own && held.OwnsAll())
        {
            return Clear(own);
        }

        held?.Detach(volume.Name);
        var opened = ImageCalls.Open(connection.Io, image, null, write: true, what);
        if (!opened.IsOk)
        {
            return opened.Fault;
        }

        using (opened.Value)
        {
            return Clear(opened.Value);
        }
    }

    private Outcome<string> Clear(ImageHandle image)
    {
        if (SourceCheck.RefuseDeletion(volume, image, what) is { } mirrored)
        {
            return mirrored;
        }

        var cleared = ImageSnapshots.RemoveAll(image, what);
        return cleared.IsOk ? ImageCalls.Id(image, what) : cleared.Fault;
    }
}
