using NodeAgent.Contract;
using NodeAgent.Simulation.Judging;
using NodeAgent.Simulation.Nodes;

namespace NodeAgent.Simulation.Storage;

/// <summary>Volumes of one node. On the writer, the truth is told what was made and deleted.</summary>
internal sealed class MemoryVolumes(Gate gate, Truth truth) : IVolumes
{
    private const int Size = 64;

    public Task<Outcome<Volume>> CreateAsync(VolumeSpec spec, WriteGrant grant, CancellationToken cancellation) =>
        gate.ChangeAsync($"create {spec.Id.Name}", () => Create(spec.Id, grant), takesRoom: true);

    public Task<Outcome<Volume>> ExpandAsync(VolumeId volume, long bytes, WriteGrant grant, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public async Task<Outcome> DeleteAsync(VolumeId volume, CancellationToken cancellation) =>
        (await gate.ChangeAsync($"delete {volume.Name}", () => Delete(volume.Name))).WithoutValue();

    public Task<Outcome<Volume>> GetAsync(VolumeId volume, CancellationToken cancellation) =>
        gate.LookAsync<Volume>($"get {volume.Name}", () => gate.Unit?.Volumes.ContainsKey(volume.Name) == true
            ? Of(volume.Name)
            : new Fault(FaultCode.NotFound, $"cannot find {volume}", "there is none", "", Retry.Never));

    public Task<Outcome<IReadOnlyList<Volume>>> ListAsync(CancellationToken cancellation) =>
        gate.LookAsync("list volumes", () => Outcome.Ok<IReadOnlyList<Volume>>([.. gate.Unit?.Volumes.Keys.Select(Of) ?? []]));

    private static Volume Of(string name) => new(new VolumeId(World.Unit, name), VolumeKind.Block, Size, null, null);

    private Outcome<Volume> Create(VolumeId id, WriteGrant grant)
    {
        if (gate.IsGone)
        {
            return Gone($"create {id}");
        }

        var unit = gate.Unit ??= new MemoryUnit { Role = Role.Writer, Epoch = grant.Epoch.Value };
        if (unit.Role != Role.Writer)
        {
            return new Fault(FaultCode.NotWriter, $"cannot create {id}", "the unit is a copy", "", Retry.Never);
        }

        if (!unit.Volumes.ContainsKey(id.Name))
        {
            unit.Volumes[id.Name] = new MemoryVolume { Head = new byte[Size] };
            truth.Made(id.Name, unit.Volumes[id.Name].Head);
        }

        return Of(id.Name);
    }

    // Backends differ here: some forget that a snapshot ever had the volume, some call it incomplete from then on. The
    // copies do the one, the writer the other.
    private static void Leave(MemoryUnit unit, string name)
    {
        foreach (var volume in unit.Volumes.Values.Where(_ => unit.Role != Role.Writer))
        {
            for (var at = 0; at < volume.Points.Count; at++)
            {
                volume.Points[at] = volume.Points[at] with { Members = [.. volume.Points[at].Members.Where(member => member != name)] };
            }
        }
    }

    private static Fault Gone(string what) =>
        new(FaultCode.DataPathUnavailable, $"cannot {what}", "the storage is not there", "Mount it.", Retry.Later);

    private Outcome<bool> Delete(string name)
    {
        if (gate.IsGone)
        {
            return Gone($"delete {name}");
        }

        if (gate.Unit is { } unit && unit.Volumes.ContainsKey(name))
        {
            if (unit.Role != Role.Writer && unit.Anchors.Count > 0)
            {
                return new Fault(FaultCode.InUse, $"cannot delete {name} on {gate.Node}", "an anchor holds it", "", Retry.AfterFix);
            }

            // Who ordered it is not known here: the judge compares with what the operator wants.
            unit.Volumes.Remove(name);
            Leave(unit, name);
            gate.Unit = unit.Volumes.Count == 0 ? null : unit;
        }

        return true;
    }
}
