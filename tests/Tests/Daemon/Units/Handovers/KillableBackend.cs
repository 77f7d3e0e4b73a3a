using NodeAgent.Contract;
using NodeAgent.Tests.Daemon.Replication;

namespace NodeAgent.Tests.Daemon.Units.Handovers;

/// <summary>A backend whose calls are points to die at.</summary>
internal sealed class KillableBackend(IBackend inner, KillSwitch kill, string node) : IBackend
{
    private readonly KillableRoles roles = new KillableRoles(inner.Ability<IRoles>()!, kill, node);
    private readonly ISnapshots snapshots = new KillableSnapshots(inner.Ability<ISnapshots>()!, kill, node);
    private readonly IReplicationStreams streams = new KillableStreams(inner.Ability<IReplicationStreams>()!, kill, node);

    public KillableRoles Roles => roles;

    public BackendDescription Describe() => inner.Describe();

    public Task<Outcome<BackendHealth>> ProbeAsync(CancellationToken cancellation) => inner.ProbeAsync(cancellation);

    public T? Ability<T>()
        where T : class => roles as T ?? snapshots as T ?? streams as T ?? inner.Ability<T>();

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
