using NodeAgent.Contract;

namespace NodeAgent.Conformance.Bench;

/// <summary>A backend opened on a seat. Asking for an ability that was claimed and is missing fails the check.</summary>
internal sealed class TestNode(IBackend backend, Seating seating, Func<FailingCommands?> commands) : IAsyncDisposable
{
    public IBackend Backend => backend;

    public Seating Seating => seating;

    public NodeId Node => seating.Node;

    /// <summary>The commands of this backend; null if it was given none.</summary>
    public FailingCommands? Commands => commands();

    public IVolumes Volumes => Claimed<IVolumes>();

    public ISnapshots Snapshots => Claimed<ISnapshots>();

    public IRoles Roles => Claimed<IRoles>();

    public IReplicationStreams Streams => Claimed<IReplicationStreams>();

    public IChangedExtents Changes => Claimed<IChangedExtents>();

    /// <summary>An ability without a flag: without it the check has nothing to try.</summary>
    public IRejoin Rejoin =>
        backend.Ability<IRejoin>() ?? throw new CheckSkippedException("the backend has no IRejoin: parted copies are made anew");

    public bool Has(Capabilities capability) => backend.Describe().Capabilities.HasFlag(capability);

    public ValueTask DisposeAsync() => backend.DisposeAsync();

    private T Claimed<T>()
        where T : class =>
        backend.Ability<T>() ?? throw new CheckFailedException($"the backend claims it but has no {typeof(T).Name}");
}
