using NodeAgent.Contract;
using NodeAgent.Simulation.Judging;
using NodeAgent.Simulation.Nodes;

namespace NodeAgent.Simulation.Storage;

/// <summary>Snapshots of one node.</summary>
internal sealed class MemorySnapshots(Gate gate, Truth truth, TimeProvider time) : ISnapshots
{
    public Task<Outcome<Snapshot>> CreateAsync(SnapshotId snapshot, WriteGrant grant, CancellationToken cancellation) =>
        gate.ChangeAsync($"snapshot {snapshot.Name}", () => Create(snapshot, grant), takesRoom: true);

    public Task<Outcome<IReadOnlyList<Snapshot>>> ListAsync(UnitId unit, CancellationToken cancellation) => gate.LookAsync(
        "list snapshots",
        () => Outcome.Ok<IReadOnlyList<Snapshot>>([.. gate.Unit is { } known ? known.Complete().Select(point => Of(known, point)) : []]));

    public async Task<Outcome> DeleteAsync(UnitId unit, IReadOnlyList<string> names, CancellationToken cancellation)
    {
        foreach (var name in names)
        {
            var deleted = await gate.ChangeAsync($"delete snapshot {name}", () => Delete(name));
            if (!deleted.IsOk)
            {
                return deleted.Fault;
            }
        }

        return Outcome.Done;
    }

    public Task<Outcome> HoldAsync(SnapshotId snapshot, string tag, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<Outcome> ReleaseAsync(SnapshotId snapshot, string tag, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<Outcome<RollbackPlan>> PlanRollbackAsync(SnapshotId snapshot, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<Outcome> RollbackAsync(RollbackPlan plan, WriteGrant grant, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<Outcome> CloneAsync(SnapshotId snapshot, UnitId clone, WriteGrant grant, CancellationToken cancellation) =>
        throw new NotSupportedException();

    private static Snapshot Of(MemoryUnit unit, MemoryPoint point) => new(
        new SnapshotId(World.Unit, point.Name),
        point.CreatedAt,
        unit.Volumes.Where(volume => volume.Value.Points.Any(known => !known.IsBookmark && known.Name == point.Name))
            .ToDictionary(volume => volume.Key, volume => volume.Value.Points.Last(known => !known.IsBookmark && known.Name == point.Name).Guid),
        IsHeld(unit, point.Name) ? ["anchor"] : []);

    // On a copy the anchor keeps the snapshot itself; on the writer a bookmark does.
    private static bool IsHeld(MemoryUnit unit, string name) => unit.Role != Role.Writer && unit.Anchors.ContainsValue(name);

    private Outcome<Snapshot> Create(SnapshotId snapshot, WriteGrant grant)
    {
        if (gate.Unit is not { Role: Role.Writer } unit || unit.Volumes.Count == 0)
        {
            return new Fault(FaultCode.NotWriter, $"cannot snapshot {snapshot}", "the unit cannot be written here", "", Retry.Never);
        }

        if (grant.Epoch.Value < unit.Epoch)
        {
            return new Fault(FaultCode.StaleEpoch, $"cannot snapshot {snapshot}", $"epoch {unit.Epoch} was seen", "", Retry.Never);
        }

        if (unit.Complete().FirstOrDefault(point => point.Name == snapshot.Name) is { } there)
        {
            return Of(unit, there);
        }

        var now = time.GetUtcNow();
        string[] members = [.. unit.Volumes.Keys];
        var order = unit.NextOrder++;
        foreach (var (name, volume) in unit.Volumes)
        {
            var point = new MemoryPoint(snapshot.Name, gate.DrawGuid(), order, now, IsBookmark: false, [.. volume.Head], members);
            volume.Points.Add(point);
            truth.Took(name, point.Guid, point.Name, point.Content, members);
        }

        return Of(unit, unit.Volumes.Values.First().Newest!);
    }

    private Outcome<bool> Delete(string name)
    {
        if (gate.Unit is not { } unit)
        {
            return true;
        }

        if (IsHeld(unit, name))
        {
            return new Fault(FaultCode.InUse, $"cannot delete {name} on {gate.Node}", "an anchor holds it", "", Retry.AfterFix);
        }

        foreach (var volume in unit.Volumes.Values)
        {
            for (var at = 0; at < volume.Points.Count; at++)
            {
                if (volume.Points[at].Name == name)
                {
                    volume.Points[at] = volume.Points[at] with { IsBookmark = true };
                }
            }
        }

        unit.Sweep();
        return true;
    }
}
