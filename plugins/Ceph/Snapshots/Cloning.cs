using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Clusters;
using NodeAgent.Plugins.CephBackend.Images;
using NodeAgent.Plugins.CephBackend.Index;
using NodeAgent.Plugins.CephBackend.Native;

namespace NodeAgent.Plugins.CephBackend.Snapshots;

/// <summary>Making a unit of clones of a snapshot, which is protected from then on.</summary>
internal sealed class Cloning(UnitGate gate, SnapshotId snapshot, UnitId clone, WriteGrant grant, string what)
{
    public Outcome<bool> Run(Connection connection, UnitEntries entries)
    {
        var parent = gate.Index.ReadUnit(connection.Io, snapshot.Unit.Name, what);
        if (!parent.IsOk)
        {
            return parent.Fault;
        }

        if (parent.Value.Unit is null || parent.Value.Snapshot(snapshot.Name) is not { } stored)
        {
            return CephSnapshots.Absent(snapshot, what);
        }

        var origin = $"{snapshot.Unit.Name}@{string.Join(' ', stored.Record.Guids.Values)}";
        if (entries.Unit is { } there)
        {
            return there.Record.ClonedFrom == origin && stored.Record.Guids.Keys.All(entries.Made.Contains)
                ? true
                : new Fault(FaultCode.AlreadyExists, what, $"{clone} is there and is no clone of it", "Choose another name.", Retry.Never);
        }

        var record = new UnitRecord(grant.Epoch.Value, grant.Holder.Value, IsOpen: false, [], [], origin);
        var changes = new List<IndexEntry> { new(Keys.Unit(clone.Name), UnitIndex.Bytes(record)) };
        foreach (var volume in stored.Record.Guids.Keys)
        {
            var made = CloneOne(connection, volume, parent.Value.Volumes[volume].Record.DataPool);
            if (!made.IsOk)
            {
                return made.Fault;
            }

            changes.Add(new IndexEntry(
                Keys.Volume(clone.Name, volume), UnitIndex.Bytes(new VolumeRecord(made.Value, IsMade: true, parent.Value.Volumes[volume].Record.DataPool))));
        }

        // The whole unit at once: a clone that was cut off is no unit, and its images are found again when asked again.
        var told = gate.Index.Change(connection.Io, [new IndexEntry(Keys.Unit(clone.Name), [])], changes, what);
        return told.IsOk ? true : told.Fault;
    }

    private Outcome<long> CloneOne(Connection connection, string volume, string? dataPool)
    {
        var parent = Keys.Image(snapshot.Unit.Name, volume);
        var child = Keys.Image(clone.Name, volume);
        var opened = ImageCalls.Open(connection.Io, parent, null, write: true, what);
        if (!opened.IsOk)
        {
            return opened.Fault;
        }

        using (opened.Value)
        {
            var code = Rbd.IsProtected(opened.Value, snapshot.Name, out var isProtected);
            code = code < 0 || isProtected != 0 ? code : Rbd.Protect(opened.Value, snapshot.Name);
            if (code < 0)
            {
                return CephFaults.From(code, what, $"protecting {snapshot.Name}");
            }
        }

        var made = ImageCalls.Clone(connection.Io, parent, snapshot.Name, child, new ImageLayout(22, 0, 1, dataPool) { Features = gate.Options.Features }, what);
        if (!made.IsOk && made.Fault.Code != FaultCode.AlreadyExists)
        {
            return made.Fault;
        }

        var image = ImageCalls.Open(connection.Io, child, null, write: false, what);
        if (!image.IsOk)
        {
            return image.Fault;
        }

        using (image.Value)
        {
            // An image that was there already must be what a call that was cut off would have made.
            return ImageCalls.Parent(image.Value) == $"{parent}@{snapshot.Name}"
                ? ImageCalls.Size(image.Value, what)
                : new Fault(FaultCode.AlreadyExists, what, $"image {child} is there and is no clone of it", "Choose another name.", Retry.Never);
        }
    }
}
