using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Clusters;
using NodeAgent.Plugins.CephBackend.Images;
using NodeAgent.Plugins.CephBackend.Index;
using NodeAgent.Plugins.CephBackend.Roles;

namespace NodeAgent.Plugins.CephBackend.Volumes;

/// <summary>
/// Making a volume: told in the index first, then the image, then told that it is there. What was cut off in between is
/// carried on by asking again.
/// </summary>
internal sealed class Creation(UnitGate gate, VolumeSpec spec, ImageLayout layout, WriteGrant grant, string what)
{
    private readonly string unit = spec.Id.Unit.Name;
    private readonly string key = Keys.Volume(spec.Id.Unit.Name, spec.Id.Name);

    public Outcome<Volume> Run(Connection connection, UnitEntries entries)
    {
        var begun = entries.Unit is null ? Begin(connection) : entries;
        if (!begun.IsOk)
        {
            return begun.Fault;
        }

        if (gate.CheckWriter(grant, spec.Id.Unit, begun.Value, what, out var held) is { } refused)
        {
            return refused;
        }

        if (begun.Value.Volumes.GetValueOrDefault(spec.Id.Name) is { } there)
        {
            return there.Record.Bytes != spec.Bytes
                ? Differs($"it has {there.Record.Bytes} bytes, not {spec.Bytes}")
                : there.Record.IsMade
                    ? CephVolumes.Describe(gate, spec.Id, there.Record.Bytes)
                    : Finish(held!, begun.Value.Unit!, there);
        }

        // An image that the index does not know is somebody else's.
        var foreign = ImageCalls.Open(held!.Connection.Io, Image, null, write: false, what);
        if (foreign.IsOk)
        {
            foreign.Value.Dispose();
            return Differs($"pool {gate.Options.Pool} has an image {Image} that this backend did not make");
        }

        if (foreign.Fault.Code != FaultCode.NotFound)
        {
            return foreign.Fault;
        }

        var record = new VolumeRecord(spec.Bytes, IsMade: false, layout.DataPool);
        var bytes = UnitIndex.Bytes(record);
        var told = gate.Index.Change(
            held.Connection.Io,
            [new IndexEntry(Keys.Unit(unit), begun.Value.Unit!.Bytes), new IndexEntry(key, [])],
            [new IndexEntry(key, bytes)], what);
        return told.IsOk ? Finish(held, begun.Value.Unit!, new Stored<VolumeRecord>(record, bytes)) : told.Fault;
    }

    private string Image => Keys.Image(unit, spec.Id.Name);

    private Outcome<UnitEntries> Begin(Connection connection)
    {
        var made = new Promotion(gate, connection, spec.Id.Unit, grant, what).Begin();
        return made.IsOk ? gate.Index.ReadUnit(connection.Io, unit, what) : made.Fault;
    }

    private Outcome<Volume> Finish(HeldUnit held, Stored<UnitRecord> owner, Stored<VolumeRecord> begun)
    {
        var io = held.Connection.Io;
        var made = ImageCalls.Create(io, Image, spec.Bytes, layout, what);
        if (!made.IsOk && made.Fault.Code != FaultCode.AlreadyExists)
        {
            return made.Fault;
        }

        var attached = held.Attach(spec.Id.Name, what);
        if (!attached.IsOk)
        {
            return attached.Fault;
        }

        var told = gate.Index.Change(
            io,
            [new IndexEntry(Keys.Unit(unit), owner.Bytes), new IndexEntry(key, begun.Bytes)],
            [new IndexEntry(key, UnitIndex.Bytes(begun.Record with { IsMade = true, Image = held.IdOf(spec.Id.Name) }))], what);
        return told.IsOk ? CephVolumes.Describe(gate, spec.Id, spec.Bytes) : told.Fault;
    }

    private Fault Differs(string why) => new(FaultCode.AlreadyExists, what, why, "Choose another name, or ask for what is there.", Retry.Never);
}
