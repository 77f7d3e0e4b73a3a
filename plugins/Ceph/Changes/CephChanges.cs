using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Clusters;
using NodeAgent.Plugins.CephBackend.Images;
using NodeAgent.Plugins.CephBackend.Index;
using NodeAgent.Plugins.CephBackend.Native;
using NodeAgent.Plugins.CephBackend.Snapshots;
using NodeAgent.Plugins.CephBackend.Streams;
using NodeAgent.Plugins.CephBackend.Volumes;

namespace NodeAgent.Plugins.CephBackend.Changes;

/// <summary>
/// What changed between snapshots, by whole objects as the object maps tell it. Never finer: librbd 16 then asks each
/// OSD for each object and ends before its own last answer is handled, which now and then crashes the process.
/// </summary>
internal sealed class CephChanges(UnitGate gate) : IChangedExtents
{
    /// <inheritdoc/>
    public Task<Outcome<IReadOnlyList<Extent>>> ListAsync(VolumeId volume, string? from, string to, CancellationToken cancellation)
    {
        var what = $"cannot list changes of {volume} to {to}";
        return gate.LookAsync(volume.Unit, what, (c, e) => List(c, e, volume, from, to, what), cancellation, isLong: true);
    }

    /// <inheritdoc/>
    public Task<Outcome<Stream>> OpenAsync(VolumeId volume, string snapshot, CancellationToken cancellation)
    {
        var what = $"cannot open {volume}@{snapshot}";
        return gate.LookAsync(volume.Unit, what, (c, e) => Open(c, e, volume, snapshot, what), cancellation);
    }

    private static Fault? Missing(UnitEntries entries, VolumeId volume, string snapshot, string what) =>
        !entries.Made.Contains(volume.Name)
            ? CephVolumes.Absent(volume, what)
            : entries.Snapshot(snapshot)?.Record.Guids.ContainsKey(volume.Name) == true
                ? null
                : CephSnapshots.Absent(new SnapshotId(volume.Unit, snapshot), what);

    private static Outcome<IReadOnlyList<Extent>> List(
        Connection connection, UnitEntries entries, VolumeId volume, string? from, string to, string what)
    {
        if ((Missing(entries, volume, to, what) ?? (from is null ? null : Missing(entries, volume, from, what))) is { } missing)
        {
            return missing;
        }

        var name = Keys.Image(volume.Unit.Name, volume.Name);
        var opened = OpenSnapshot(connection, name, to, what);
        if (!opened.IsOk)
        {
            return opened.Fault;
        }

        using var image = opened.Value;
        var size = ImageCalls.Size(image, what);
        // Those of mirroring, too: librbd's diff goes through them all.
        var all = size.IsOk ? ImageCalls.AllSnapshots(image, what) : size.Fault;
        if (!all.IsOk)
        {
            return all.Fault;
        }

        if (WasRolledBack(entries.Volumes[volume.Name].Record, all.Value, from, to) || IsMapInvalid(connection, image, name, from))
        {
            return Everything(size.Value);
        }

        var told = new List<Extent>();
        var code = DiffCollector.Collect(image, from, size.Value, told);
        if (code < 0)
        {
            return CephFaults.From(code, what, "diff");
        }

        var shrunk = Shrunk(all.Value, from, to);
        if (shrunk < size.Value)
        {
            told.Add(new Extent(shrunk, size.Value - shrunk, IsZero: false));
        }

        // What a clone lacks shows its parent's bytes: no hole of it is known to be zero.
        var isClone = ImageCalls.Parent(image) is not null;
        return new Outcome<IReadOnlyList<Extent>>(ExtentList.Normal(told.Select(e => isClone ? e with { IsZero = false } : e), size.Value));
    }

    // Where the image was cut off and grown again around a snapshot in between, the maps show nothing at either end. From
    // the smallest size on everything is told then.
    private static long Shrunk(IReadOnlyList<ImageSnapshot> all, string? from, string to) => SmallestIfShrunk(
        [.. all.OrderBy(s => s.Id).SkipWhile(s => from is not null && s.Name != from).TakeWhile(s => s.Name != to).Select(s => s.Bytes),
            all.First(s => s.Name == to).Bytes]);

    // What a rollback brings back has the mark of something that nobody wrote since the snapshot: no map shows it.
    private static bool WasRolledBack(VolumeRecord volume, IReadOnlyList<ImageSnapshot> all, string? from, string to) =>
        all.FirstOrDefault(s => s.Name == from) is { } before && all.First(s => s.Name == to) is var after
            && (volume.RolledBack ?? []).Any(mark => before.Id <= mark && mark < after.Id);

    private static long SmallestIfShrunk(List<long> sizes) =>
        sizes.Zip(sizes.Skip(1)).Any(pair => pair.Second < pair.First) ? sizes.Min() : long.MaxValue;

    // Ceph calls a snapshot whose object map is missing "not there", which must not be taken for absence.
    private static Outcome<ImageHandle> OpenSnapshot(Connection connection, string image, string snapshot, string what)
    {
        var opened = ImageCalls.Open(connection.Io, image, snapshot, write: false, what);
        if (opened.Fault?.Code != FaultCode.NotFound)
        {
            return opened;
        }

        var head = ImageCalls.Open(connection.Io, image, null, write: false, what);
        if (!head.IsOk)
        {
            return head.Fault;
        }

        using (head.Value)
        {
            var all = ImageCalls.Snapshots(head.Value, what);
            return all.IsOk && all.Value.Any(s => s.Name == snapshot)
                ? new Fault(
                    FaultCode.Corruption, what, $"snapshot {snapshot} is there but cannot be opened: its object map is missing",
                    $"Rebuild it: rbd object-map rebuild {connection.Pool}/{image}@{snapshot}.", Retry.AfterFix)
                : opened.Fault;
        }
    }

    private static Outcome<IReadOnlyList<Extent>> Everything(long size) =>
        new((IReadOnlyList<Extent>)(size == 0 ? [] : [new Extent(0, size, IsZero: false)]));

    // A map that may be wrong at either end may be wrong in between: then all of it may have changed.
    private static bool IsMapInvalid(Connection connection, ImageHandle to, string image, string? from)
    {
        if (Rbd.GetFlags(to, out var flags) < 0 || (flags & ObjectMaps.Invalid) != 0)
        {
            return true;
        }

        var opened = ImageCalls.Open(connection.Io, image, from, write: false, "");
        if (!opened.IsOk)
        {
            return true;
        }

        using (opened.Value)
        {
            return Rbd.GetFlags(opened.Value, out flags) < 0 || (flags & ObjectMaps.Invalid) != 0;
        }
    }

    private Outcome<Stream> Open(Connection connection, UnitEntries entries, VolumeId volume, string snapshot, string what)
    {
        if (Missing(entries, volume, snapshot, what) is { } missing)
        {
            return missing;
        }

        var opened = OpenSnapshot(connection, Keys.Image(volume.Unit.Name, volume.Name), snapshot, what);
        if (!opened.IsOk)
        {
            return opened.Fault;
        }

        var size = ImageCalls.Size(opened.Value, what);
        if (!size.IsOk)
        {
            opened.Value.Dispose();
            return size.Fault;
        }

        return new SnapshotStream(gate, opened.Value, size.Value);
    }
}
