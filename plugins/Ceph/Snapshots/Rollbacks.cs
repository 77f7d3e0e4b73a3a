using System.Security.Cryptography;
using System.Text;
using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Images;
using NodeAgent.Plugins.CephBackend.Index;
using NodeAgent.Plugins.CephBackend.Native;

namespace NodeAgent.Plugins.CephBackend.Snapshots;

/// <summary>Going back to a snapshot. Newer snapshots stay: an image keeps them.</summary>
internal static class Rollbacks
{
    public static Outcome<RollbackPlan> Plan(UnitGate gate, SnapshotId snapshot, UnitEntries entries, string what)
    {
        if (entries.Unit is null || entries.Snapshots.GetValueOrDefault(snapshot.Name) is not { } stored)
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

        return held!.Between(() => Back(gate, plan, entries, held.Connection.Io, held.Image, what));
    }

    private static Outcome<bool> Back(
        UnitGate gate, RollbackPlan plan, UnitEntries entries, IoHandle io, Func<string, ImageHandle?> image, string what)
    {
        var unit = plan.Target.Unit.Name;
        var changes = new List<IndexEntry>();
        foreach (var volume in entries.Snapshots[plan.Target.Name].Record.Guids.Keys)
        {
            var code = Rbd.Rollback(image(volume)!, plan.Target.Name);
            if (code < 0)
            {
                return CephFaults.From(code, what, $"rolling back {volume}");
            }

            var size = ImageCalls.Size(image(volume)!, what);
            if (!size.IsOk)
            {
                return size.Fault;
            }

            changes.Add(new IndexEntry(
                Keys.Volume(unit, volume), UnitIndex.Bytes(entries.Volumes[volume].Record with { Bytes = size.Value })));
        }

        var told = gate.Index.Change(io, [new IndexEntry(Keys.Unit(unit), entries.Unit!.Bytes)], changes, what);
        return told.IsOk ? true : told.Fault;
    }

    private static string Fingerprint(UnitEntries entries)
    {
        var all = entries.Snapshots.SelectMany(s => s.Value.Record.Guids.Select(g => $"{s.Key} {g.Key} {g.Value}"))
            .Concat(entries.Volumes.Select(v => $"{v.Key} {v.Value.Record.Bytes}"))
            .Append($"{entries.Unit!.Record.Epoch}");
        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', all))));
    }
}
