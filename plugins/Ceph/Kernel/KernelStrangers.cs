using NodeAgent.Contract;
using NodeAgent.Plugins.CephBackend.Clusters;
using NodeAgent.Plugins.CephBackend.Images;
using NodeAgent.Plugins.CephBackend.Index;

namespace NodeAgent.Plugins.CephBackend.Kernel;

/// <summary>
/// Who has an image of a unit open for writing besides its writer. Images that the kernel writes have no lock: what somebody maps by hand
/// after a promotion is shut out by the next one only, and may write beside the writer until then. Told when it was seen at two looks:
/// a command that looks at the image is over by the second.
/// </summary>
internal sealed class KernelStrangers(UnitGate gate)
{
    private readonly Dictionary<string, IReadOnlySet<string>> before = new(StringComparer.Ordinal);

    /// <summary>Looks at a unit in its turn. A fault names those that were there at the look before, too.</summary>
    public Outcome<bool> Look(Connection connection, UnitEntries entries, UnitId unit, IReadOnlyList<KernelDevice> own, string what)
    {
        var last = before.GetValueOrDefault(unit.Name) ?? new HashSet<string>();
        before.Remove(unit.Name);
        if (gate.Held.GetValueOrDefault(unit.Name) is not { IsOpen: true } held || entries.Unit?.Record.Epoch != held.Epoch)
        {
            return true;
        }

        var found = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var volume in held.Volumes)
        {
            var clients = held.Image(volume) is { } image ? ImageCalls.Clients(image, what) : new Outcome<IReadOnlySet<string>>(new HashSet<string>());
            if (!clients.IsOk)
            {
                return clients.Fault;
            }

            foreach (var client in clients.Value.Except(entries.Unit.Record.Clients).Except(own.Select(device => device.Address)).Except([connection.Address, held.Connection.Address]))
            {
                found[client] = $"{gate.Options.Pool}/{Keys.Image(unit.Name, volume)}";
            }
        }

        before[unit.Name] = found.Keys.ToHashSet(StringComparer.Ordinal);
        var told = found.Where(one => last.Contains(one.Key)).ToList();
        return told.Count == 0 ? true : new Fault(
            FaultCode.InUse, $"cannot be sure that nobody else writes {unit}",
            string.Join("; ", told.Select(one => $"client {one.Key} has {one.Value} open, and no agent opened it")),
            $"Unmap it where it is (rbd status IMAGE shows it, rbd unmap). If nobody knows it: ceph osd blocklist add {told[0].Key}.", Retry.AfterFix)
        {
            Facts = told.ToDictionary(one => one.Key, one => one.Value, StringComparer.Ordinal),
        };
    }
}
