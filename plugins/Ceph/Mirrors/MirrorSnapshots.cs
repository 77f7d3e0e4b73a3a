using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Index;
using NodeAgent.Plugins.CephBackend.Native;
using NodeAgent.Plugins.CephBackend.Roles;
using NodeAgent.Plugins.CephBackend.Snapshots;

namespace NodeAgent.Plugins.CephBackend.Mirrors;

/// <summary>Mirror snapshots of a unit that this process holds: of all its volumes at one instant, for it writes nothing meanwhile.</summary>
internal sealed class MirrorSnapshots(UnitGate gate, Func<UnitId, Outcome>? settle)
{
    /// <summary>Makes one of each volume. Not held here any more: <see cref="FaultCode.NotWriter"/>. Blocks.</summary>
    public Outcome<bool> Take(UnitId unit, UnitEntries entries, string what)
    {
        if (gate.Held.GetValueOrDefault(unit.Name) is not { } held || !held.OwnsAll() || entries.Unit?.Record.Epoch != held.Epoch)
        {
            return new Fault(FaultCode.NotWriter, what, $"this process does not hold {unit}", "Give the order on the node that writes it.", Retry.AfterLook);
        }

        if (Rollbacks.Unfinished(entries.Unit?.Record.RollingBack, what) is { } unfinished)
        {
            return unfinished;
        }

        var taken = held.Between(() => All(held, unit, entries, what));
        taken = taken.IsOk && settle is not null ? settle(unit) : taken;
        return taken.IsOk ? true : taken.Fault!;
    }

    private static Outcome All(HeldUnit held, UnitId unit, UnitEntries entries, string what)
    {
        foreach (var volume in entries.Made)
        {
            // One that came later and is not mirrored has none.
            if (held.Image(volume) is { } image && MirrorCalls.IsPrimary(image, what) is { IsOk: true, Value: true })
            {
                var made = MirrorFaults.Of(RbdMirror.CreateSnapshot(image, out _), new VolumeId(unit, volume), "snapshotting", what);
                if (!made.IsOk)
                {
                    return made;
                }
            }
        }

        return Outcome.Done;
    }
}
