namespace NodeAgent.Contract;

/// <summary>
/// A storage backend. Small by design: everything else is an ability found by <see cref="Ability{T}"/>.
/// Expected outcomes are values; the only exception that may leave a method is
/// <see cref="OperationCanceledException"/> for the caller's own token. All methods may be called at any time and from
/// several threads; mutating methods are idempotent.
/// </summary>
public interface IBackend : IAsyncDisposable
{
    /// <summary>What the backend is. Pure: the same answer every time, without looking at the storage.</summary>
    BackendDescription Describe();

    /// <summary>Looks at the storage and changes nothing. Never starts anything, loads no modules.</summary>
    Task<Outcome<BackendHealth>> ProbeAsync(CancellationToken cancellation);

    /// <summary>An optional ability, or null if the backend does not have it: <see cref="IVolumes"/>,
    /// <see cref="ISnapshots"/>, <see cref="IRoles"/>, <see cref="IReplicationStreams"/> and the like.</summary>
    /// <typeparam name="T">The ability's interface.</typeparam>
    T? Ability<T>()
        where T : class => this as T;
}
