using NodeAgent.Contract;
using NodeAgent.Plugins.LinstorBackend.Controller;
using NodeAgent.Plugins.LinstorBackend.Tool;
using NodeAgent.Plugins.LinstorBackend.Versions;

namespace NodeAgent.Plugins.LinstorBackend;

/// <summary>The options of a backend, checked. Written the same on both nodes.</summary>
/// <param name="Self">This node.</param>
/// <param name="Peer">The other node.</param>
/// <param name="Resources">The resources that the agent looks after, by name, and what their devices are used as.</param>
/// <param name="Mountpoint">Where filesystems are mounted.</param>
/// <param name="Controller">LINSTOR's controllers; null: plain DRBD.</param>
/// <param name="TrustsNine">DRBD 9 is used although nobody has tried it.</param>
internal sealed record DrbdOptions(NodeId Self, NodeId Peer, IReadOnlyDictionary<string, VolumeKind> Resources, string Mountpoint, ControllerOptions? Controller = null, bool TrustsNine = false)
{
    /// <summary>How often both copies of a volume are compared block by block; null: never.</summary>
    public TimeSpan? VerifyEvery { get; init; }

    /// <summary>The most that copying and comparing may take; null: what the files of DRBD say.</summary>
    public ResyncRate? ResyncRate { get; init; }

    /// <summary>Options that the kernel takes in use, and that are not as they should be, are set.</summary>
    public bool AppliesOptions { get; init; }

    /// <summary>The networks that connections shall take; null: whichever.</summary>
    public ReplicationNetworks? Networks { get; init; }

    public const int MostResources = 64;

    public static IReadOnlyList<BackendOption> All { get; } =
    [
        new("nodes", "Both nodes: n1,n2.", true, OptionReading.WrongNodes),
        new("resources", "Resources that drbdadm knows, and what they are used as: db=filesystem,raw=block", true, OptionReading.WrongResources),
        new("mountpoint", "Where filesystems are mounted; /nodeagent/BACKEND by default.", false, OptionReading.WrongPath),
        new(DrbdVersions.TrustOption, "true: use DRBD 9 although this agent was never tried with it; false by default.", false, OptionReading.WrongSwitch),
        new("verify", "How often both copies of a volume are compared block by block, 1h to 365d, such as 7d; never by default.", false, OptionReading.WrongSpan),
        new("resync_rate", "How fast each volume is copied at most, a second: 1MiB to 4GiB, such as 100MiB; without it what the files of DRBD say.", false, OptionReading.WrongRate),
        new("apply_options", "true: timeouts and the like that doctor would have otherwise are set in the kernel of the node that does not write; false by default.", false, OptionReading.WrongSwitch),
        new("networks", "The networks for replication, 1 to 8 such as 10.77.1.0/24,10.77.2.0/24: doctor tells of connections that take another one; any by default.", false, OptionReading.WrongNetworks),
        .. ControllerOptionReading.All,
    ];
}
