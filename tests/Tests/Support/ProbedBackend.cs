using NodeAgent.Contract;

namespace NodeAgent.Tests.Support;

/// <summary>A backend that can only be probed.</summary>
public sealed class ProbedBackend(Outcome<BackendHealth> health) : IBackend
{
    /// <inheritdoc/>
    public BackendDescription Describe() => new("probed", Capabilities.None, FenceStrength.StorageExcludes);

    /// <inheritdoc/>
    public T? Ability<T>()
        where T : class => null;

    /// <inheritdoc/>
    public Task<Outcome<BackendHealth>> ProbeAsync(CancellationToken cancellation) => Task.FromResult(health);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
