using NodeAgent.Contract;

namespace NodeAgent.Tests.Conformance;

/// <summary>A right backend of which one thing was made wrong.</summary>
internal sealed class Mutant(IBackend inner) : IBackend
{
    public Func<BackendDescription, BackendDescription>? Description { get; init; }

    public Func<IVolumes, IVolumes>? Volumes { get; init; }

    public Func<ISnapshots, ISnapshots>? Snapshots { get; init; }

    public Func<IRoles, IRoles>? Roles { get; init; }

    public Func<IReplicationStreams, IReplicationStreams>? Streams { get; init; }

    public Func<IChangedExtents, IChangedExtents>? Changes { get; init; }

    public Func<IRejoin, IRejoin>? Rejoin { get; init; }

    public Func<Task>? Probing { get; init; }

    public Type? Hidden { get; init; }

    public bool ThrowsOnSecondDispose { get; init; }

    private int disposals;

    public BackendDescription Describe() => Description is null ? inner.Describe() : Description(inner.Describe());

    public async Task<Outcome<BackendHealth>> ProbeAsync(CancellationToken cancellation)
    {
        await (Probing?.Invoke() ?? Task.CompletedTask);
        return await inner.ProbeAsync(cancellation);
    }

    public T? Ability<T>()
        where T : class
    {
        if (typeof(T) == Hidden)
        {
            return null;
        }

        object? ability = inner.Ability<T>();
        object? bent = ability switch
        {
            IVolumes volumes when Volumes is not null && typeof(T) == typeof(IVolumes) => Volumes(volumes),
            ISnapshots snapshots when Snapshots is not null && typeof(T) == typeof(ISnapshots) => Snapshots(snapshots),
            IRoles roles when Roles is not null && typeof(T) == typeof(IRoles) => Roles(roles),
            IReplicationStreams streams when Streams is not null && typeof(T) == typeof(IReplicationStreams) => Streams(streams),
            IChangedExtents changes when Changes is not null && typeof(T) == typeof(IChangedExtents) => Changes(changes),
            IRejoin rejoin when Rejoin is not null && typeof(T) == typeof(IRejoin) => Rejoin(rejoin),
            _ => ability,
        };
        return (T?)bent;
    }

    public ValueTask DisposeAsync()
    {
        ObjectDisposedException.ThrowIf(disposals++ > 0 && ThrowsOnSecondDispose, this);

        return inner.DisposeAsync();
    }
}
