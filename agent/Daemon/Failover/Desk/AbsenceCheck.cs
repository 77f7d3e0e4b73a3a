using NodeAgent.Contract;

namespace NodeAgent.Daemon.Failover.Desk;

/// <summary>Asks the storage below this node's backends whether a node may go away. One that cannot tell objects.</summary>
internal sealed class AbsenceCheck(Func<IReadOnlyDictionary<BackendId, IBackend>> backends)
{
    /// <summary>Nobody is asked.</summary>
    public static AbsenceCheck Nothing { get; } = new(static () => new Dictionary<BackendId, IBackend>());

    /// <summary>Asks all at once; those that no node serves have nothing to say.</summary>
    public async Task<IReadOnlyList<StorageAbsence>> LookAsync(NodeId node, CancellationToken cancellation)
    {
        var asked = backends().OrderBy(backend => backend.Key.Value, StringComparer.Ordinal)
            .Select(backend => (backend.Key, Ability: backend.Value.Ability<INodeAbsence>())).Where(backend => backend.Ability is not null);
        return await Task.WhenAll(asked.Select(async backend =>
        {
            var told = await backend.Ability!.LookAsync(node, cancellation);
            return told.IsOk
                ? new StorageAbsence(backend.Key, told.Value.Serves, told.Value.Objections)
                : new StorageAbsence(backend.Key, [], [$"Nobody can tell: {told.Fault}"]);
        }));
    }

    /// <summary>Why a node is not to be drained now; null: it may be.</summary>
    public async Task<Fault?> RefusalAsync(NodeId node, CancellationToken cancellation)
    {
        var objections = (await LookAsync(node, cancellation)).SelectMany(storage => storage.Objections.Select(one => $"{storage.Backend}: {one}")).ToList();
        return objections.Count == 0 ? null : new Fault(
            FaultCode.PreconditionFailed, $"cannot drain {node}", string.Join(" ", objections),
            $"Mend that first, and look again: nodeagent what-if drain {node}. To drain it all the same: nodeagent drain {node} --force.", Retry.AfterFix);
    }
}
