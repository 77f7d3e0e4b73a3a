using NodeAgent.Contract;

namespace NodeAgent.Daemon.Plugins.Guarding;

/// <summary>
/// A configured backend as the rest of the agent sees it: always there, whatever the plugin does, and the same object
/// while versions of the plugin come and go.
/// </summary>
internal sealed class GuardedBackend : IBackend
{
    private readonly string kind;
    private readonly Dictionary<Type, object> abilities;

    public GuardedBackend(string kind, CallSupervisor calls)
    {
        this.kind = kind;
        Calls = calls;
        abilities = new Dictionary<Type, object>
        {
            [typeof(IVolumes)] = new GuardedVolumes(calls),
            [typeof(ISnapshots)] = new GuardedSnapshots(calls),
            [typeof(IRoles)] = new GuardedRoles(calls),
            [typeof(IReplicationStreams)] = new GuardedReplicationStreams(calls),
            [typeof(IReplicationStatus)] = new GuardedReplicationStatus(calls),
            [typeof(IChangedExtents)] = new GuardedChangedExtents(calls),
            [typeof(IStorageEvents)] = new GuardedStorageEvents(calls),
            [typeof(IPools)] = new GuardedPools(calls),
            [typeof(IPoolLayouts)] = new GuardedPoolLayouts(calls),
            [typeof(IRejoin)] = new GuardedRejoin(calls),
            [typeof(IUpkeep)] = new GuardedUpkeep(calls),
            [typeof(ICopyChoice)] = new GuardedCopyChoice(calls),
            [typeof(IDriveReplacement)] = new GuardedDriveReplacement(calls),
            [typeof(INodeAbsence)] = new GuardedNodeAbsence(calls),
            [typeof(ISiteMirrors)] = new GuardedSiteMirrors(calls),
        };
    }

    public CallSupervisor Calls { get; }

    /// <summary>What the plugin said when the backend was made; a backend that does not run promises nothing.</summary>
    public BackendDescription Describe() => Calls.Slot.Current?.Description
        ?? new BackendDescription(kind, Capabilities.None, FenceStrength.NodeFenceRequired);

    public Task<Outcome<BackendHealth>> ProbeAsync(CancellationToken cancellation) =>
        Calls.RunAsync<IBackend, BackendHealth>(
            GuardedCall.Read("probe", "probe the storage"), (backend, stop) => backend.ProbeAsync(stop), cancellation);

    /// <inheritdoc/>
    public T? Ability<T>()
        where T : class =>
        Calls.Slot.Current is { } attachment && attachment.Has(typeof(T)) ? (T)abilities[typeof(T)] : null;

    /// <summary>Does nothing: the host decides when the plugin's object goes.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
