using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Clusters;
using NodeAgent.Plugins.CephBackend.Images;
using NodeAgent.Plugins.CephBackend.Index;

namespace NodeAgent.Plugins.CephBackend.Snapshots;

/// <summary>Snapshots of units: one of each image, made between two writes, and told in the index when complete.</summary>
internal sealed class CephSnapshots(UnitGate gate) : ISnapshots
{
    /// <inheritdoc/>
    public Task<Outcome<Snapshot>> CreateAsync(SnapshotId snapshot, WriteGrant grant, CancellationToken cancellation)
    {
        var what = $"cannot make snapshot {snapshot}";
        return Names.IsValid(snapshot.Name)
            ? gate.ChangeAsync(snapshot.Unit, what, (_, e) => new SnapshotTaking(gate, snapshot, grant, what).Run(e), cancellation)
            : Task.FromResult(new Outcome<Snapshot>(Names.Invalid("snapshot", snapshot.Name)));
    }

    /// <inheritdoc/>
    public Task<Outcome<IReadOnlyList<Snapshot>>> ListAsync(UnitId unit, CancellationToken cancellation)
    {
        var what = $"cannot list snapshots of {unit}";
        return gate.LookAsync(unit, what, (c, e) => List(c, e, unit, what), cancellation);
    }

    /// <inheritdoc/>
    public async Task<Outcome> DeleteAsync(UnitId unit, IReadOnlyList<string> names, CancellationToken cancellation)
    {
        var what = $"cannot delete snapshots of {unit}";
        var deleted = await gate.ChangeAsync(unit, what, (c, e) => Delete(c, e, unit, names, what), cancellation, isLong: true);
        return deleted.WithoutValue();
    }

    /// <inheritdoc/>
    public Task<Outcome> HoldAsync(SnapshotId snapshot, string tag, CancellationToken cancellation) =>
        ChangeHoldsAsync(snapshot, $"cannot hold {snapshot}", mustBe: true, holds => holds.Contains(tag) ? holds : [.. holds, tag], cancellation);

    /// <inheritdoc/>
    public Task<Outcome> ReleaseAsync(SnapshotId snapshot, string tag, CancellationToken cancellation) =>
        ChangeHoldsAsync(snapshot, $"cannot release {snapshot}", mustBe: false, holds => [.. holds.Where(h => h != tag)], cancellation);

    /// <inheritdoc/>
    public Task<Outcome<RollbackPlan>> PlanRollbackAsync(SnapshotId snapshot, CancellationToken cancellation)
    {
        var what = $"cannot plan to roll back to {snapshot}";
        return gate.LookAsync(snapshot.Unit, what, (_, e) => Rollbacks.Plan(gate, snapshot, e, what), cancellation);
    }

    /// <inheritdoc/>
    public async Task<Outcome> RollbackAsync(RollbackPlan plan, WriteGrant grant, CancellationToken cancellation)
    {
        var what = $"cannot roll back to {plan.Target}";
        var done = await gate.ChangeAsync(
            plan.Target.Unit, what, (_, e) => Rollbacks.Run(gate, plan, grant, e, what), cancellation, isLong: true);
        return done.WithoutValue();
    }

    /// <inheritdoc/>
    public async Task<Outcome> CloneAsync(SnapshotId snapshot, UnitId clone, WriteGrant grant, CancellationToken cancellation)
    {
        var what = $"cannot clone {snapshot} as {clone}";
        if ((gate.Check(snapshot.Unit) ?? Grants.Check(grant, clone, gate.Context.Node, what)) is { } wrong)
        {
            return wrong;
        }

        var done = await gate.ChangeAsync(clone, what, (c, e) => new Cloning(gate, snapshot, clone, grant, what).Run(c, e), cancellation);
        return done.WithoutValue();
    }

    /// <summary>A snapshot as the contract tells it.</summary>
    public static Snapshot Describe(SnapshotId id, SnapshotRecord record) => new(id, record.CreatedAt, record.Guids, record.Holds);

    public static Fault Absent(SnapshotId snapshot, string what) =>
        new(FaultCode.NotFound, what, $"there is no complete snapshot {snapshot}", "Look at what there is: nodeagent status.", Retry.Never);

    private static Outcome<IReadOnlyList<Snapshot>> List(Connection connection, UnitEntries entries, UnitId unit, string what)
    {
        // The images are asked too: someone may have removed a snapshot by hand.
        var there = new HashSet<string>(StringComparer.Ordinal);
        foreach (var volume in entries.Snapshots.Values.SelectMany(s => s.Record.Guids.Keys).Distinct(StringComparer.Ordinal))
        {
            var image = ImageCalls.Open(connection.Io, Keys.Image(unit.Name, volume), null, write: false, what);
            if (!image.IsOk)
            {
                return image.Fault;
            }

            using (image.Value)
            {
                var id = ImageCalls.Id(image.Value, what);
                var all = id.IsOk ? ImageCalls.Snapshots(image.Value, what) : id.Fault;
                if (!all.IsOk)
                {
                    return all.Fault;
                }

                there.UnionWith(all.Value.Select(s => ImageCalls.Guid(id.Value, s.Id)));
            }
        }

        return entries.Snapshots.Where(s => !s.Value.Record.IsGoing && s.Value.Record.Guids.Values.All(there.Contains))
            .OrderBy(s => s.Value.Record.CreatedAt).ThenBy(s => s.Key, StringComparer.Ordinal)
            .Select(s => Describe(new SnapshotId(unit, s.Key), s.Value.Record)).ToList();
    }

    private Outcome<bool> Delete(Connection connection, UnitEntries entries, UnitId unit, IReadOnlyList<string> names, string what)
    {
        if (entries.Unit?.Record.RollingBack is { } target && names.Contains(target))
        {
            // With it gone only older or newer ones would be left to end that rollback with.
            return Rollbacks.Unfinished(target, what)! with { NextStep = $"Roll back to {target} once more, then delete it." };
        }

        var meant = entries.Snapshots.Where(s => names.Contains(s.Key)).ToList();
        var kept = meant.Where(s => s.Value.Record.Holds.Count > 0).ToList();
        if (kept.Count > 0)
        {
            return new Fault(FaultCode.InUse, what, "snapshots are held", "Release the holds.", Retry.AfterFix)
            {
                Facts = kept.ToDictionary(k => k.Key, k => string.Join(' ', k.Value.Record.Holds), StringComparer.Ordinal),
            };
        }

        // From here on nobody can hold them, on whichever node.
        var marked = GoingSnapshots.Mark(gate.Index, connection.Io, unit.Name, meant, what);
        if (!marked.IsOk)
        {
            return marked.Fault;
        }

        var isWhole = true;
        foreach (var volume in meant.SelectMany(s => s.Value.Record.Guids.Keys).Distinct(StringComparer.Ordinal))
        {
            var removed = Remove(connection, unit, volume, [.. meant.Where(s => s.Value.Record.Guids.ContainsKey(volume)).Select(s => s.Key)], what);
            if (!removed.IsOk)
            {
                if (isWhole && removed.Fault!.Code == FaultCode.InUse)
                {
                    GoingSnapshots.Unmark(gate.Index, connection.Io, unit.Name, marked.Value, what);
                }

                return removed.Fault!;
            }

            isWhole = false;
        }

        var told = GoingSnapshots.Forget(gate.Index, connection.Io, unit.Name, marked.Value, what);
        return told.IsOk ? true : told.Fault;
    }

    // Cloned ones: in use, and none is removed.
    private Outcome Remove(Connection connection, UnitId unit, string volume, IReadOnlyList<string> names, string what)
    {
        var own = gate.Held.GetValueOrDefault(unit.Name)?.Image(volume);
        var opened = own is null ? ImageCalls.Open(connection.Io, Keys.Image(unit.Name, volume), null, write: true, what) : own;
        if (!opened.IsOk)
        {
            return opened.Fault;
        }

        var removed = ImageSnapshots.Remove(opened.Value, names, what);
        if (own is null)
        {
            opened.Value.Dispose();
        }

        return removed;
    }

    private async Task<Outcome> ChangeHoldsAsync(
        SnapshotId snapshot, string what, bool mustBe, Func<IReadOnlyList<string>, IReadOnlyList<string>> change, CancellationToken cancellation)
    {
        var key = Keys.Snapshot(snapshot.Unit.Name, snapshot.Name);
        var done = await gate.ChangeAsync<bool>(
            snapshot.Unit, what,
            (connection, entries) =>
            {
                if (entries.Snapshot(snapshot.Name) is not { } stored)
                {
                    return mustBe ? Absent(snapshot, what) : true;
                }

                var next = stored.Record with { Holds = change(stored.Record.Holds) };
                var told = gate.Index.Change(
                    connection.Io, [new IndexEntry(key, stored.Bytes)], [new IndexEntry(key, UnitIndex.Bytes(next))], what);
                return told.IsOk ? true : told.Fault;
            },
            cancellation);
        return done.WithoutValue();
    }
}
