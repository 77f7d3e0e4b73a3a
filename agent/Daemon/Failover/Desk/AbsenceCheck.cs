using NodeAgent.Contract;
using NodeAgent.Core.Views;

namespace NodeAgent.Daemon.Failover.Desk;

/// <summary>Asks the storage below this node's backends whether a node may go away. One that cannot tell objects, and so does one that is not ready.</summary>
/// <param name="configured">The backends that this node is to have.</param>
/// <param name="ready">Those that can be asked now.</param>
internal sealed class AbsenceCheck(IReadOnlyList<BackendId> configured, Func<IReadOnlyDictionary<BackendId, IBackend>> ready)
{
    /// <summary>Nobody is asked.</summary>
    public static AbsenceCheck Nothing { get; } = new([], static () => new Dictionary<BackendId, IBackend>());

    /// <summary>Others that are drained: they may be switched off at any moment.</summary>
    public static IReadOnlyList<NodeId> Away(ClusterView view, NodeId node) =>
        [.. view.Record.Members.Values.Where(member => member.IsDrained && member.Node != node).Select(member => member.Node)];

    /// <summary>Asks all at once; those that no node serves have nothing to say.</summary>
    public async Task<IReadOnlyList<StorageAbsence>> LookAsync(ClusterView view, NodeId node, CancellationToken cancellation)
    {
        var away = Away(view, node);
        var there = ready();
        var all = await Task.WhenAll(configured.OrderBy(id => id.Value, StringComparer.Ordinal)
            .Select(id => there.TryGetValue(id, out var backend) ? LookAsync(id, backend, node, away, cancellation) : Task.FromResult<StorageAbsence?>(NotReady(id, node))));
        return [.. all.OfType<StorageAbsence>()];
    }

    private static StorageAbsence NotReady(BackendId id, NodeId node) =>
        new(id, [], [$"It is not ready on the node that was asked (nodeagent plugin list), so nobody can tell whether its storage needs {node}."]);

    private static async Task<StorageAbsence?> LookAsync(BackendId id, IBackend backend, NodeId node, IReadOnlyList<NodeId> away, CancellationToken cancellation)
    {
        if (backend.Ability<INodeAbsence>() is not { } storage)
        {
            return null;
        }

        var told = await storage.LookAsync(node, away, cancellation);
        return told.IsOk
            ? new StorageAbsence(id, told.Value.Serves, told.Value.Objections)
            : new StorageAbsence(id, [], [$"Nobody can tell: {told.Fault}"]);
    }

    /// <summary>Why a node is not to be drained now; null: it may be.</summary>
    public async Task<Fault?> RefusalAsync(ClusterView view, NodeId node, CancellationToken cancellation)
    {
        var objections = (await LookAsync(view, node, cancellation)).SelectMany(storage => storage.Objections.Select(one => $"{storage.Backend}: {one}")).ToList();
        return objections.Count == 0 ? null : new Fault(
            FaultCode.PreconditionFailed, $"cannot drain {node}", string.Join(" ", objections),
            $"Mend that first, and look again: nodeagent what-if drain {node}. To drain it all the same: nodeagent drain {node} --force.", Retry.AfterFix);
    }
}
