using NodeAgent.Contract;
using NodeAgent.Daemon.Replication;
using NodeAgent.Daemon.Units;
using NodeAgent.Simulation.Judging;
using NodeAgent.Simulation.Storage;

namespace NodeAgent.Simulation.Nodes;

/// <summary>One node: a storage and records that survive, and an agent's memory that does not.</summary>
internal sealed class SimNode
{
    private readonly string folder;
    private readonly Weather weather;

    public SimNode(NodeId id, string root, Weather weather, Truth truth, TimeProvider time)
    {
        Id = id;
        this.weather = weather;
        folder = Path.Combine(root, id.Value);
        Gate = new Gate(id, weather);
        var volumes = new MemoryVolumes(Gate, truth);
        var snapshots = new MemorySnapshots(Gate, truth, time);
        var roles = new MemoryRoles(Gate);
        var streams = new MemoryStreams(Gate, time);
        Backends = new Dictionary<BackendId, IBackend> { [World.Backend] = new MemoryBackend(volumes, snapshots, roles, streams) };
        Replicated = new ReplicatedBackend(World.Backend, volumes, snapshots, roles, streams);
        (Registry, Copies) = (null!, null!);
        Start();
    }

    public NodeId Id { get; }

    public Gate Gate { get; }

    public ReplicatedBackend Replicated { get; }

    public UnitRegistry Registry { get; private set; }

    public LocalCopies Copies { get; private set; }

    public IReadOnlyDictionary<BackendId, IBackend> Backends { get; }

    /// <summary>The agent starts: everything but what is on disk is new.</summary>
    public void Start()
    {
        Registry = UnitRegistry.Load(folder).Value;
        Registry.Writing = _ => weather.PassStore(Id);
        Copies = new LocalCopies(Id, Registry, _ => Replicated);
    }
}
