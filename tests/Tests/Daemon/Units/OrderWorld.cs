using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using NodeAgent.Contract;
using NodeAgent.Daemon.Operations;
using NodeAgent.Daemon.Units;
using NodeAgent.Tests.Daemon.Replication;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Daemon.Units;

/// <summary>An operator's orders on n1, over real Directory backends, with a copy on n2.</summary>
internal sealed class OrderWorld : IAsyncDisposable
{
    public static readonly CancellationToken None = CancellationToken.None;
    public static readonly Fault Down = new(FaultCode.PeerUnavailable, "cannot reach n2", "no path works", "Wait.", Retry.Later);
    private readonly List<IOperationHandler> handlers = [];

    private OrderWorld(ReplicationWorld nodes, ManualTimeProvider time)
    {
        Nodes = nodes;
        World = new UnitWorld(
            ReplicationWorld.Writer, nodes.Registry, nodes.Journal, nodes,
            () => new Dictionary<BackendId, IBackend> { [ReplicationWorld.Unit.Backend] = nodes.Backend() },
            () => [new NodeId("n2"), new NodeId("n3")],
            () => new UnitDefaults(TimeSpan.FromSeconds(60), 2, 3),
            _ => { });
        Runner = new OperationRunner(nodes.Journal, handlers, time, NullLogger.Instance);
        Volumes = new VolumeOrders(World, Runner);
        Deletes = new DeleteOrders(World, Runner);
        Clones = new CloneOrders(World, Runner);
        handlers.AddRange([Volumes, Deletes, Clones]);
        Replication = new ReplicationOrders(World, Runner);
    }

    public ReplicationWorld Nodes { get; }

    public UnitWorld World { get; }

    public OperationRunner Runner { get; }

    public VolumeOrders Volumes { get; }

    public DeleteOrders Deletes { get; }

    public CloneOrders Clones { get; }

    public ReplicationOrders Replication { get; }

    /// <summary>The unit "db" with volumes "data" and "wal", copied to n2 once.</summary>
    public static async Task<OrderWorld> StartAsync(string? life = "first")
    {
        var time = new ManualTimeProvider();
        var nodes = new ReplicationWorld(Directory.CreateTempSubdirectory("nodeagent-orders-").FullName, time) { OwnsFolder = true };
        await nodes.CreateAsync(life: life);
        await nodes.WriteAsync(1);
        await nodes.GoodCycleAsync();
        return new OrderWorld(nodes, time);
    }

    public static VolumeOrder Order(string volume, string unit = "db") => new(
        "dir", unit, volume, VolumeKind.Block, 1 << 20, "", ImmutableDictionary<string, string>.Empty, null, null);

    /// <summary>Names of the volumes of "db" that a node has.</summary>
    public async Task<IReadOnlyList<string>> NamesAsync(string node) =>
        [.. (await Nodes.Volumes(node).ListAsync(None)).Value.Select(volume => volume.Id.Name)];

    /// <summary>Takes the unit's storage on n1 away, as a file system that is not mounted does.</summary>
    public async Task HideAsync()
    {
        var path = (await Nodes.Volumes().GetAsync(new VolumeId(ReplicationWorld.Unit, "data"), None)).Value.Path!;
        var unit = new DirectoryInfo(path).Parent!.Parent!;
        unit.MoveTo(Path.Combine(unit.Parent!.Parent!.FullName, "hidden"));
    }

    public async ValueTask DisposeAsync()
    {
        Runner.Dispose();
        await Nodes.DisposeAsync();
    }
}
