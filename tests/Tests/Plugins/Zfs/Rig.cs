using NodeAgent.Contract;
using NodeAgent.Plugins.ZfsBackend;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Plugins.Zfs;

/// <summary>A backend over scripted commands: backend "tank", root tank/nodeagent, node n1, unit db.</summary>
internal sealed class Rig
{
    public const string ListUnit = "zfs list -j -p -r -t filesystem,volume,snapshot,bookmark -o ";
    public const string PoolThere = "zpool list -H -p -o name,health tank";

    public const string Owner = "zfs list -H -p -o io.nodeagent:owner tank/nodeagent";

    public Rig(string owner = "n1/tank\n")
    {
        Backend = new ZfsBackendFactory().Create(Context(new Dictionary<string, string>(StringComparer.Ordinal) { ["root"] = "tank/nodeagent" })).Value;
        if (owner.Length > 0)
        {
            Commands.On(Owner, owner);
        }
    }

    public ScriptedCommands Commands { get; } = new();

    public ManualTimeProvider Time { get; } = new(DateTimeOffset.FromUnixTimeSeconds(1_800_000_000));

    public IBackend Backend { get; }

    public static UnitId Unit => new(new BackendId("tank"), "db");

    public static VolumeId Data => new(Unit, "data");

    public static VolumeId Disk => new(Unit, "disk");

    public IVolumes Volumes => Backend.Ability<IVolumes>()!;

    public ISnapshots Snapshots => Backend.Ability<ISnapshots>()!;

    public IRoles Roles => Backend.Ability<IRoles>()!;

    public IReplicationStreams Streams => Backend.Ability<IReplicationStreams>()!;

    public static WriteGrant Grant(long epoch = 3, string holder = "n1", string unit = "db") =>
        new(new UnitId(new BackendId("tank"), unit), new Epoch(epoch), new NodeId(holder), Instant.Never);

    public BackendContext Context(IReadOnlyDictionary<string, string> options) =>
        new(new BackendId("tank"), new NodeId("n1"), options, "/tmp", Commands, Time, new Silence());

    /// <summary>The unit as the tree says, for every look.</summary>
    public Rig With(params ZfsTree[] trees)
    {
        foreach (var tree in trees)
        {
            Commands.On(ListUnit, tree.ToJson());
        }

        return this;
    }

    public Rig WithoutUnit()
    {
        Commands.On(ListUnit, "", 1, "cannot open 'tank/nodeagent/db': dataset does not exist\n").On(PoolThere, "tank\tONLINE\n");
        return this;
    }

    private sealed class Silence : IBackendLog
    {
        public void Write(Severity severity, string message)
        {
        }
    }
}
