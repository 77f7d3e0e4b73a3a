using NodeAgent.Contract;
using NodeAgent.Daemon.Operations;
using NodeAgent.Daemon.Units;

namespace NodeAgent.Daemon.Replication;

/// <summary>
/// Ends cycles in the journal that nobody will go on with: of copies that are no longer wanted, of units that are gone
/// or written elsewhere. Left open, they would pin snapshots and look stuck for ever.
/// </summary>
public sealed class CycleSweep(NodeId self, UnitRegistry registry, IOperationJournal journal)
{
    /// <summary>Sweeps once. A cycle that still runs may note its end once more; the next sweep takes that, too.</summary>
    public void Run()
    {
        var wanted = registry.All().Where(record => record.Writer == self)
            .SelectMany(record => record.Copies.Select(peer => PeerCycle.KeyOf(record.Unit, peer)))
            .ToHashSet(StringComparer.Ordinal);
        foreach (var operation in journal.Open().Where(known => known.Kind == PeerCycle.Kind && !wanted.Contains(known.Key)))
        {
            journal.Finish(operation, null);
        }
    }
}
