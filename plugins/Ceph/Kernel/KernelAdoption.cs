using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Clusters;
using NodeAgent.Plugins.CephBackend.Index;
using NodeAgent.Plugins.CephBackend.Roles;

namespace NodeAgent.Plugins.CephBackend.Kernel;

/// <summary>
/// An agent that was started anew finds a unit open in the kernel, as the index has it: its devices stay as they are, and a
/// new instance takes the place of the old agent's, which is shut out.
/// </summary>
internal static class KernelAdoption
{
    /// <summary>Takes the unit on. What is open of it must be writable: <see cref="KernelSight.IsWhole"/> or <see cref="KernelSight.IsPart"/>.</summary>
    public static Outcome<HeldUnit> Run(KernelParts parts, Connection connection, UnitId unit, UnitEntries entries, KernelSight sight, string what)
    {
        var gate = parts.Gate;
        if (gate.Held.GetValueOrDefault(unit.Name) is { IsOpen: true } already)
        {
            return already;
        }

        var (record, key) = (entries.Unit!.Record, Keys.Unit(unit.Name));
        // The others were told by this boot of this node: devices that are gone, and the instance of an agent that never wrote by it.
        var kernel = sight.Current.Select(device => device.Address).ToList();
        // And who was shut out before: somebody may have taken an entry off while no agent ran.
        var others = record.Clients.Concat(record.Fenced.Select(client => client.Address)).Except(kernel, StringComparer.Ordinal);
        var added = Blocklist.ShutOut(connection, others, gate.Context.Time.GetUtcNow(), what, [.. sight.Devices.Select(device => device.Address)]);
        if (!added.IsOk)
        {
            return added.Fault;
        }

        var own = Connection.Open(gate.Options, what);
        if (!own.IsOk)
        {
            return own.Fault;
        }

        var held = new HeldUnit(unit.Name, own.Value, isLocked: false) { Epoch = record.Epoch };
        var next = record with { Clients = [own.Value.Address, .. kernel], Home = gate.Home };
        var wrong = own.Value.WaitForMap(what).Fault
            ?? gate.Index.Change(own.Value.Io, [new IndexEntry(key, entries.Unit.Bytes)], [new IndexEntry(key, UnitIndex.Bytes(next))], what).Fault
            ?? entries.Made.Select(volume => held.Attach(volume, what).Fault).FirstOrDefault(fault => fault is not null);
        if (wrong is not null)
        {
            held.Dispose();
            return wrong;
        }

        gate.Held[unit.Name] = held;
        return held;
    }
}
