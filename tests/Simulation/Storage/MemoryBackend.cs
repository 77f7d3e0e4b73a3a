using NodeAgent.Contract;

namespace NodeAgent.Simulation.Storage;

/// <summary>A backend over arrays of bytes. Everything completes at once, on the caller's stack.</summary>
internal sealed class MemoryBackend(MemoryVolumes volumes, MemorySnapshots snapshots, MemoryRoles roles, MemoryStreams streams) : IBackend
{
    public BackendDescription Describe() => new(
        "memory",
        Capabilities.Volumes | Capabilities.BlockVolumes | Capabilities.Snapshots | Capabilities.Holds | Capabilities.Roles
        | Capabilities.ReplicationStreams | Capabilities.ResumableStreams,
        FenceStrength.NodeFenceRequired);

    public Task<Outcome<BackendHealth>> ProbeAsync(CancellationToken cancellation) =>
        Task.FromResult<Outcome<BackendHealth>>(new BackendHealth(HealthLevel.Ok, "", []));

    public T? Ability<T>()
        where T : class => volumes as T ?? snapshots as T ?? roles as T ?? streams as T;

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
