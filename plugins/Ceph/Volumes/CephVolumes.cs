using System.Text.Json;
using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Clusters;
using NodeAgent.Plugins.CephBackend.Images;
using NodeAgent.Plugins.CephBackend.Index;
using NodeAgent.Plugins.CephBackend.Native;

namespace NodeAgent.Plugins.CephBackend.Volumes;

/// <summary>Volumes are images. The unit's first volume makes the unit, held by who made it.</summary>
internal sealed class CephVolumes(UnitGate gate) : IVolumes
{
    private const long MostBytes = 1L << 53;

    /// <inheritdoc/>
    public Task<Outcome<Volume>> CreateAsync(VolumeSpec spec, WriteGrant grant, CancellationToken cancellation)
    {
        var what = $"cannot create {spec.Id}";
        if ((Check(spec, what) ?? Grants.Check(grant, spec.Id.Unit, gate.Context.Node, what)) is { } wrong)
        {
            return Task.FromResult(new Outcome<Volume>(wrong));
        }

        var layout = Profiles.Layout(spec, gate.Options, what);
        return layout.IsOk
            ? gate.ChangeAsync(spec.Id.Unit, what, (c, e) => new Creation(gate, spec, layout.Value, grant, what).Run(c, e), cancellation)
            : Task.FromResult(new Outcome<Volume>(layout.Fault));
    }

    /// <inheritdoc/>
    public Task<Outcome<Volume>> ExpandAsync(VolumeId volume, long bytes, WriteGrant grant, CancellationToken cancellation)
    {
        var what = $"cannot grow {volume}";
        return gate.ChangeAsync(volume.Unit, what, (_, e) => Expand(volume, bytes, grant, e, what), cancellation);
    }

    /// <inheritdoc/>
    public Task<Outcome> DeleteAsync(VolumeId volume, CancellationToken cancellation) =>
        new Deletion(gate, volume, $"cannot delete {volume}").RunAsync(cancellation);

    /// <inheritdoc/>
    public Task<Outcome<Volume>> GetAsync(VolumeId volume, CancellationToken cancellation)
    {
        var what = $"cannot get {volume}";
        return Names.IsValid(volume.Name)
            ? gate.LookAsync(volume.Unit, what, (c, e) => Get(c, e, volume, what), cancellation)
            : Task.FromResult(new Outcome<Volume>(Names.Invalid("volume", volume.Name)));
    }

    /// <inheritdoc/>
    public Task<Outcome<IReadOnlyList<Volume>>> ListAsync(CancellationToken cancellation) =>
        gate.LookAsync("cannot list volumes", List, cancellation);

    /// <summary>A volume as the contract tells it.</summary>
    public static Volume Describe(UnitGate gate, VolumeId volume, long bytes)
    {
        var isHeld = gate.Held.GetValueOrDefault(volume.Unit.Name) is { IsOpen: true } held && held.Image(volume.Name) is not null;
        return new Volume(
            volume, VolumeKind.Block, bytes, null,
            !isHeld ? null : gate.Options.Opening == Opening.Kernel ? gate.PathOf(volume) : $"librbd:{gate.Options.Pool}/{Keys.Image(volume.Unit.Name, volume.Name)}");
    }

    public static Fault Absent(VolumeId volume, string what) =>
        new(FaultCode.NotFound, what, $"there is no volume {volume}", "Look at what there is: nodeagent status.", Retry.Never);

    private static Fault? Check(VolumeSpec spec, string what)
    {
        if (!Names.IsValid(spec.Id.Unit.Name))
        {
            return Names.Invalid("unit", spec.Id.Unit.Name);
        }

        if (!Names.IsValid(spec.Id.Name))
        {
            return Names.Invalid("volume", spec.Id.Name);
        }

        if (spec.Kind != VolumeKind.Block)
        {
            return new Fault(FaultCode.Unsupported, what, "volumes of Ceph are block devices", "Ask for a block volume.", Retry.Never);
        }

        return spec.Bytes is > 0 and <= MostBytes
            ? null
            : new Fault(FaultCode.OutOfRange, what, $"a size of {spec.Bytes} bytes is not possible", "Give a positive size.", Retry.Never);
    }

    private Outcome<Volume> Expand(VolumeId volume, long bytes, WriteGrant grant, UnitEntries entries, string what)
    {
        if (entries.Unit is not null && !entries.Made.Contains(volume.Name))
        {
            return Absent(volume, what);
        }

        if (gate.CheckWriter(grant, volume.Unit, entries, what, out var held) is { } refused)
        {
            return refused;
        }

        var image = held!.Image(volume.Name)!;
        var size = ImageCalls.Size(image, what);
        if (!size.IsOk)
        {
            return size.Fault;
        }

        if (bytes < size.Value || bytes > MostBytes)
        {
            return new Fault(
                FaultCode.OutOfRange, what, $"it has {size.Value} bytes; {bytes} is less or too many", "Give a larger size.", Retry.Never);
        }

        var grown = bytes == size.Value ? Outcome.Done : ImageCalls.Done(Rbd.Resize(image, (ulong)bytes), what, "resizing");
        if (!grown.IsOk)
        {
            return grown.Fault;
        }

        var stored = entries.Volumes[volume.Name];
        var key = Keys.Volume(volume.Unit.Name, volume.Name);
        var told = stored.Record.Bytes == bytes
            ? Outcome.Done
            : gate.Index.Change(
                held.Connection.Io,
                [new IndexEntry(Keys.Unit(volume.Unit.Name), entries.Unit!.Bytes), new IndexEntry(key, stored.Bytes)],
                [new IndexEntry(key, UnitIndex.Bytes(stored.Record with { Bytes = bytes }))], what);
        return told.IsOk ? Describe(gate, volume, bytes) : told.Fault;
    }

    private Outcome<Volume> Get(Connection connection, UnitEntries entries, VolumeId volume, string what)
    {
        if (!entries.Made.Contains(volume.Name))
        {
            return Absent(volume, what);
        }

        // The image itself is asked: someone may have resized it by hand.
        var image = ImageCalls.Open(connection.Io, Keys.Image(volume.Unit.Name, volume.Name), null, write: false, what);
        if (!image.IsOk)
        {
            return image.Fault;
        }

        using (image.Value)
        {
            return ImageCalls.Size(image.Value, what).Map(bytes => Describe(gate, volume, bytes));
        }
    }

    // One read of the index and one of the pool's directory, whatever the number of images.
    private Outcome<IReadOnlyList<Volume>> List(Connection connection)
    {
        const string What = "cannot list volumes";
        var entries = gate.Index.Read(connection.Io, Keys.Volumes, What);
        if (!entries.IsOk)
        {
            return entries.Fault;
        }

        var images = ImageCalls.Names(connection.Io, What);
        if (!images.IsOk)
        {
            return images.Fault;
        }

        try
        {
            var volumes = UnitIndex.Named(entries.Value, Keys.Volumes, RecordJson.Default.VolumeRecord);
            return volumes.Where(v => v.Value.Record.IsMade)
                .Select(v => (Id: Id(v.Key), v.Value.Record.Bytes))
                .Where(v => images.Value.Contains(Keys.Image(v.Id.Unit.Name, v.Id.Name)))
                .Select(v => Describe(gate, v.Id, v.Bytes))
                .OrderBy(v => v.Id.ToString(), StringComparer.Ordinal).ToList();
        }
        catch (JsonException wrong)
        {
            return UnitIndex.Unreadable(What, wrong);
        }
    }

    private VolumeId Id(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        return new VolumeId(new UnitId(gate.Context.Id, key[..slash]), key[(slash + 1)..]);
    }
}
