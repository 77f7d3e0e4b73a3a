using System.Security.Cryptography;
using System.Text;
using NodeAgent.Contract;
using NodeAgent.Plugins.DirectoryBackend.Files;
using NodeAgent.Plugins.DirectoryBackend.Units;

namespace NodeAgent.Plugins.DirectoryBackend.Abilities;

/// <summary>Snapshots as files that share blocks with the head where the file system can, else as copies.</summary>
internal sealed class DirectorySnapshots(UnitGate gate) : ISnapshots
{
    /// <inheritdoc/>
    public Task<Outcome<Snapshot>> CreateAsync(SnapshotId snapshot, WriteGrant grant, CancellationToken cancellation)
    {
        var what = $"cannot make snapshot {snapshot}";
        return !Names.IsValid(snapshot.Name)
            ? Task.FromResult(new Outcome<Snapshot>(Names.Invalid("snapshot", snapshot.Name)))
            : gate.ChangeAsync(snapshot.Unit, what, (f, r) => Create(f, r, snapshot, grant, what, cancellation), cancellation);
    }

    /// <inheritdoc/>
    public Task<Outcome<IReadOnlyList<Snapshot>>> ListAsync(UnitId unit, CancellationToken cancellation) =>
        gate.LookAsync<IReadOnlyList<Snapshot>>(
            unit,
            $"cannot list snapshots of {unit}",
            (_, r) => (r?.Snapshots.Where(s => s.IsComplete) ?? []).Select(s => Shown(unit, s)).ToList(),
            cancellation);

    /// <inheritdoc/>
    public async Task<Outcome> DeleteAsync(UnitId unit, IReadOnlyList<string> names, CancellationToken cancellation)
    {
        var what = $"cannot delete snapshots of {unit}";
        var done = await gate.ChangeAsync(unit, what, (f, r) => Delete(f, r, names, what), cancellation);
        return done.WithoutValue();
    }

    /// <inheritdoc/>
    public Task<Outcome> HoldAsync(SnapshotId snapshot, string tag, CancellationToken cancellation) =>
        SetHoldsAsync(
            snapshot, tag, $"cannot hold {snapshot}", holds => [.. holds.Union([tag], StringComparer.Ordinal)],
            mustExist: true, cancellation);

    /// <inheritdoc/>
    public Task<Outcome> ReleaseAsync(SnapshotId snapshot, string tag, CancellationToken cancellation) =>
        SetHoldsAsync(
            snapshot, tag, $"cannot release {snapshot}", holds => [.. holds.Where(t => t != tag)],
            mustExist: false, cancellation);

    /// <inheritdoc/>
    public Task<Outcome<RollbackPlan>> PlanRollbackAsync(SnapshotId snapshot, CancellationToken cancellation)
    {
        var what = $"cannot plan a rollback to {snapshot}";
        return gate.LookAsync(snapshot.Unit, what, (f, r) => Plan(f, r, snapshot, what), cancellation);
    }

    /// <inheritdoc/>
    public async Task<Outcome> RollbackAsync(RollbackPlan plan, WriteGrant grant, CancellationToken cancellation)
    {
        var what = $"cannot roll back to {plan.Target}";
        var done = await gate.ChangeAsync(
            plan.Target.Unit, what, (f, r) => Rollback(f, r, plan, grant, what, cancellation), cancellation);
        return done.WithoutValue();
    }

    /// <inheritdoc/>
    public async Task<Outcome> CloneAsync(
        SnapshotId snapshot, UnitId clone, WriteGrant grant, CancellationToken cancellation)
    {
        var what = $"cannot clone {snapshot} as {clone}";
        var source = await gate.LookAsync(
            snapshot.Unit, what, (_, r) => FindComplete(r, snapshot, what), cancellation);
        if (!source.IsOk)
        {
            return source.Fault;
        }

        var done = await gate.ChangeAsync(
            clone, what, (f, r) => Clone(f, r, snapshot, source.Value, grant, what, cancellation), cancellation);
        return done.WithoutValue();
    }

    private static Snapshot Shown(UnitId unit, SnapshotRecord snapshot) =>
        new(new SnapshotId(unit, snapshot.Name), snapshot.CreatedAt, snapshot.Guids, snapshot.Holds);

    private static Outcome<SnapshotRecord> FindComplete(UnitRecord? record, SnapshotId snapshot, string what) =>
        record?.FindSnapshot(snapshot.Name) is { IsComplete: true } found
            ? found
            : new Fault(
                FaultCode.NotFound, what, $"{snapshot} is not on this node",
                $"See 'nodeagent snapshot list {snapshot.Unit}'.", Retry.Never);

    private static Fault NoUnit(UnitId unit, string what) => new(
        FaultCode.NotFound, what, $"{unit} is not on this node", "See 'nodeagent volume list' for what is.", Retry.Never);

    private Outcome<Snapshot> Create(
        UnitFolder folder, UnitRecord? record, SnapshotId snapshot, WriteGrant grant, string what, CancellationToken cancellation)
    {
        if (record is null)
        {
            return NoUnit(snapshot.Unit, what);
        }

        if (Grants.CheckWriter(grant, folder.Unit, record, gate.Context, what) is { } refused)
        {
            return refused;
        }

        var locked = gate.TakeWriterLock(folder, what);
        if (!locked.IsOk)
        {
            return locked.Fault;
        }

        if (record.FindSnapshot(snapshot.Name) is { } there)
        {
            return Shown(snapshot.Unit, there);
        }

        try
        {
            var taken = new SnapshotTaking(gate, folder, record, cancellation).Take(snapshot.Name, what);
            if (!taken.IsOk)
            {
                return taken.Fault;
            }

            folder.Save(taken.Value);
            return Shown(snapshot.Unit, taken.Value.FindSnapshot(snapshot.Name)!);
        }
        catch (Exception failed) when (IoFaults.IsExpected(failed) || failed is OperationCanceledException)
        {
            UnitRecovery.Sweep(folder, folder.Load() is { IsOk: true, Value: { } now } ? now : record, gate.Disk);
            throw;
        }
    }

    private Outcome<bool> Delete(UnitFolder folder, UnitRecord? record, IReadOnlyList<string> names, string what)
    {
        if (record is null)
        {
            return true;
        }

        var asked = record.Snapshots.Where(s => names.Contains(s.Name, StringComparer.Ordinal)).ToList();
        var held = asked.ToDictionary(s => s.Name, s => s.Holds.Concat(AnchorsOn(record, s)).ToList())
            .Where(s => s.Value.Count > 0)
            .ToDictionary(s => s.Key, s => string.Join(", ", s.Value));
        var next = record.Without(s => asked.Contains(s) && !held.ContainsKey(s.Name));
        if (next.Snapshots.Count < record.Snapshots.Count)
        {
            folder.Save(next);
            UnitRecovery.Sweep(folder, next, gate.Disk);
        }

        return held.Count == 0
            ? true
            : new Fault(
                FaultCode.InUse, what, string.Join("; ", held.Select(h => $"{h.Key} is held by {h.Value}")),
                "Release the holds first.", Retry.AfterFix)
            {
                Facts = new Dictionary<string, string> { ["holders"] = string.Join("; ", held.Select(h => $"{h.Key}: {h.Value}")) },
            };
    }

    private static IEnumerable<string> AnchorsOn(UnitRecord record, SnapshotRecord snapshot) => record.Anchors
        .Where(a => a.KeepsSnapshot && a.Guids.Values.Intersect(snapshot.Guids.Values, StringComparer.Ordinal).Any())
        .Select(a => $"replication with {a.Peer}");

    private async Task<Outcome> SetHoldsAsync(
        SnapshotId snapshot,
        string tag,
        string what,
        Func<IReadOnlyList<string>, IReadOnlyList<string>> change,
        bool mustExist,
        CancellationToken cancellation)
    {
        if (tag.Length is 0 or > Names.MaxLength || tag.Any(char.IsControl))
        {
            return new Fault(
                FaultCode.InvalidArgument, what, $"'{tag}' cannot be a tag", "Choose 1 to 63 printable characters.", Retry.Never);
        }

        var done = await gate.ChangeAsync<bool>(
            snapshot.Unit,
            what,
            (folder, record) =>
            {
                if (record?.FindSnapshot(snapshot.Name) is not { } found)
                {
                    return mustExist ? FindComplete(null, snapshot, what).Map(_ => true) : true;
                }

                var holds = change(found.Holds);
                if (!holds.SequenceEqual(found.Holds, StringComparer.Ordinal))
                {
                    folder.Save(record.With(found with { Holds = holds }));
                }

                return true;
            },
            cancellation);
        return done.WithoutValue();
    }

    private static Outcome<RollbackPlan> Plan(UnitFolder folder, UnitRecord? record, SnapshotId snapshot, string what)
    {
        var found = FindComplete(record, snapshot, what);
        if (!found.IsOk)
        {
            return found.Fault;
        }

        var newer = record!.Snapshots.Where(s => s.Order > found.Value.Order).ToList();
        var blockers = newer.Where(s => s.Holds.Count > 0)
            .Select(s => $"Snapshot {s.Name} is held by {string.Join(", ", s.Holds)}.")
            .Concat(record.Heads.Keys.Where(v => !found.Value.Present.ContainsKey(v))
                .Select(v => $"Volume {v} is not in the snapshot; delete it first."))
            .Concat(record.Heads.Keys.Where(v => OpenWriters.Any(folder.CurrentHead(record, v)) == Answer.Yes)
                .Select(v => $"Volume {v} is open for writing by {string.Join(", ", OpenWriters.Names(folder.CurrentHead(record, v)))}."));
        return new RollbackPlan(
            snapshot, [.. newer.Select(s => s.Name)], [], [.. blockers], Fingerprint(record));
    }

    // Names every snapshot and hold, the role and the epoch: what a plan's reader was shown.
    private static string Fingerprint(UnitRecord record)
    {
        var text = new StringBuilder($"{record.Uuid} {record.IsWriter} {record.Epoch} {string.Join(',', record.Heads.Keys.Order())}");
        foreach (var snapshot in record.Snapshots)
        {
            text.Append($"\n{snapshot.Name} {string.Join(',', snapshot.Guids.Values.Order())} {string.Join(',', snapshot.Holds)}");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private Outcome<bool> Rollback(
        UnitFolder folder, UnitRecord? record, RollbackPlan plan, WriteGrant grant, string what, CancellationToken cancellation)
    {
        var now = Plan(folder, record, plan.Target, what);
        if (!now.IsOk)
        {
            return now.Fault;
        }

        if (Grants.CheckWriter(grant, folder.Unit, record!, gate.Context, what) is { } refused)
        {
            return refused;
        }

        if (!string.Equals(now.Value.Fingerprint, plan.Fingerprint, StringComparison.Ordinal))
        {
            return new Fault(
                FaultCode.PreconditionFailed, what, "the unit's snapshots, holds or role have changed since the plan was made",
                "Make the plan again and look at it.", Retry.AfterLook);
        }

        if (now.Value.Blockers.Count > 0)
        {
            return new Fault(
                FaultCode.InUse, what, string.Join(" ", now.Value.Blockers), "Remove what stands in the way.", Retry.AfterFix);
        }

        var locked = gate.TakeWriterLock(folder, what);
        if (!locked.IsOk)
        {
            return locked.Fault;
        }

        var target = record!.FindSnapshot(plan.Target.Name)!;
        var next = HeadCopies.Stage(folder, folder, record, target, gate, cancellation).Without(s => s.Order > target.Order);
        folder.Save(next);
        UnitRecovery.Run(folder, next, gate.Disk);
        return true;
    }

    private Outcome<bool> Clone(
        UnitFolder folder,
        UnitRecord? record,
        SnapshotId source,
        SnapshotRecord snapshot,
        WriteGrant grant,
        string what,
        CancellationToken cancellation)
    {
        var origin = string.Join(',', snapshot.Guids.Values.Order(StringComparer.Ordinal));
        if (Grants.CheckHolder(grant, folder.Unit, gate.Context, what) is { } refused)
        {
            return refused;
        }

        if (record is not null)
        {
            return string.Equals(record.Origin, origin, StringComparison.Ordinal)
                ? true
                : new Fault(
                    FaultCode.AlreadyExists, what, $"{folder.Unit} exists and is not that clone",
                    "Choose another name.", Retry.Never);
        }

        var locked = gate.TakeWriterLock(folder, what);
        if (!locked.IsOk)
        {
            return locked.Fault;
        }

        folder.MakeFolders();
        var made = new UnitRecord
        {
            Uuid = Guid.NewGuid().ToString("n"),
            IsWriter = true,
            Epoch = grant.Epoch.Value,
            Holder = grant.Holder.Value,
            Origin = origin,
        };
        made = HeadCopies.Stage(folder, gate.FolderOf(source.Unit), made, snapshot, gate, cancellation);
        foreach (var (volume, head) in made.Heads)
        {
            made = made.WithHead(volume, head with { EqualTo = null });
        }

        folder.Save(made);
        UnitRecovery.Run(folder, made, gate.Disk);
        return true;
    }
}
