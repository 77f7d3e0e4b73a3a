using System.Security.Cryptography;
using System.Text;
using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Images;
using NodeAgent.Plugins.CephBackend.Index;
using NodeAgent.Plugins.CephBackend.Native;
using NodeAgent.Plugins.CephBackend.Roles;

namespace NodeAgent.Plugins.CephBackend.Snapshots;

/// <summary>Going back to a snapshot. Newer snapshots stay: an image keeps them.</summary>
internal static class Rollbacks
{
    public static Outcome<RollbackPlan> Plan(UnitGate gate, SnapshotId snapshot, UnitEntries entries, string what)
    {
        if (entries.Unit is null || entries.Snapshot(snapshot.Name) is not { } stored)
        {
            return CephSnapshots.Absent(snapshot, what);
        }

        var blockers = new List<string>();
        if (gate.Held.GetValueOrDefault(snapshot.Unit.Name) is { Users: > 0 } held)
        {
            blockers.Add($"{held.Users} streams are open for writing.");
        }

        var missing = entries.Made.Except(stored.Record.Guids.Keys, StringComparer.Ordinal).ToList();
        if (missing.Count > 0)
        {
            blockers.Add($"Volumes that the snapshot does not have would stay as they are: {string.Join(", ", missing)}.");
        }

        return new RollbackPlan(snapshot, [], [], blockers, Fingerprint(entries));
    }

    public static Outcome<bool> Run(UnitGate gate, RollbackPlan plan, WriteGrant grant, UnitEntries entries, string what)
    {
        if (gate.CheckWriter(grant, plan.Target.Unit, entries, what, out var held) is { } refused)
        {
            return refused;
        }

        var now = Plan(gate, plan.Target, entries, what);
        if (!now.IsOk)
        {
            return now.Fault;
        }

        if (now.Value.Fingerprint != plan.Fingerprint || now.Value.Blockers.Count > 0)
        {
            return new Fault(
                FaultCode.PreconditionFailed, what,
                now.Value.Blockers.Count > 0 ? now.Value.Blockers[0] : "the unit has changed since the plan was made",
                "Plan again.", Retry.AfterLook);
        }

        return held!.Between(() => Back(gate, plan.Target, entries, held, what));
    }

    /// <summary>Why a unit is not to be used or snapshotted: a rollback of it was cut off; null if none was.</summary>
    public static Fault? Unfinished(string? snapshot, string what) => snapshot is null ? null : new Fault(
        FaultCode.PreconditionFailed, what, $"a rollback to {snapshot} has not ended: some volumes may be rolled back and others not", "Roll back once more, to that snapshot or another.", Retry.AfterFix);

    /// <summary>Which rollback counts as begun when nobody knows whether the index was told: this one, unless the index can be read and says otherwise.</summary>
    public static string? AfterDoubt(string target, Outcome<UnitEntries> now) => now is { IsOk: true, Value.Unit: { } stored } ? stored.Record.RollingBack : target;

    private static Outcome<bool> Back(UnitGate gate, SnapshotId target, UnitEntries entries, HeldUnit held, string what)
    {
        var unit = target.Unit.Name;
        var marked = Mark(target, entries, held, what);
        if (!marked.IsOk)
        {
            return marked.Fault;
        }

        // Told before: object maps show nothing of a rollback, and one that is cut off must not be taken for whole.
        var begun = UnitIndex.Bytes(entries.Unit!.Record with { RollingBack = target.Name });
        var told = gate.Index.Change(
            held.Connection.Io, [new IndexEntry(Keys.Unit(unit), entries.Unit.Bytes)],
            [new IndexEntry(Keys.Unit(unit), begun), .. marked.Value.Select(v => new IndexEntry(Keys.Volume(unit, v.Key), UnitIndex.Bytes(v.Value)))], what);
        if (!told.IsOk)
        {
            held.RollingBack = told.Fault.Code == FaultCode.Busy ? held.RollingBack : AfterDoubt(target.Name, gate.Index.ReadUnit(held.Connection.Io, unit, what));
            return told.Fault;
        }

        held.RollingBack = target.Name;
        var changes = new List<IndexEntry> { new(Keys.Unit(unit), UnitIndex.Bytes(entries.Unit.Record with { RollingBack = null })) };
        foreach (var (volume, record) in marked.Value)
        {
            var code = Rbd.Rollback(held.Image(volume)!, target.Name);
            if (code < 0)
            {
                return CephFaults.From(code, what, $"rolling back {volume}");
            }

            var size = ImageCalls.Size(held.Image(volume)!, what);
            if (!size.IsOk)
            {
                return size.Fault;
            }

            changes.Add(new IndexEntry(Keys.Volume(unit, volume), UnitIndex.Bytes(record with { Bytes = size.Value })));
        }

        told = gate.Index.Change(held.Connection.Io, [new IndexEntry(Keys.Unit(unit), begun)], changes, what);
        held.RollingBack = told.IsOk ? null : held.RollingBack;
        return told.IsOk ? true : told.Fault;
    }

    // Marks older than every snapshot say nothing any more.
    private static Outcome<Dictionary<string, VolumeRecord>> Mark(SnapshotId target, UnitEntries entries, HeldUnit held, string what)
    {
        var marked = new Dictionary<string, VolumeRecord>(StringComparer.Ordinal);
        foreach (var volume in entries.Snapshots[target.Name].Record.Guids.Keys)
        {
            var all = ImageCalls.AllSnapshots(held.Image(volume)!, what);
            if (!all.IsOk)
            {
                return all.Fault;
            }

            if (all.Value.All(s => s.Name != target.Name))
            {
                return CephSnapshots.Absent(target, what);
            }

            var record = entries.Volumes[volume].Record;
            var marks = (record.RolledBack ?? []).Where(mark => mark >= all.Value.Min(s => s.Id)).Append(all.Value.Max(s => s.Id));
            marked[volume] = record with { RolledBack = [.. marks.Distinct()] };
        }

        return marked;
    }

    private static string Fingerprint(UnitEntries entries)
    {
        var all = entries.Snapshots.SelectMany(s => s.Value.Record.Guids.Select(g => $"{s.Key} {g.Key} {g.Value}"))
            .Concat(entries.Volumes.Select(v => $"{v.Key} {v.Value.Record.Bytes}"))
            .Append($"{entries.Unit!.Record.Epoch}");
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', all))));
    }
}
