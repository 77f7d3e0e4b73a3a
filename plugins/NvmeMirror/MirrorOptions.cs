using NodeAgent.Contract;

namespace NodeAgent.Plugins.NvmeMirrorBackend;

/// <summary>The options of a backend, checked. Written the same on both nodes.</summary>
/// <param name="Site">Part of every NQN and UUID, so that two sites never mix.</param>
/// <param name="Pool">The pool, which is the backend's only unit.</param>
/// <param name="Self">This node.</param>
/// <param name="Peer">The other node.</param>
/// <param name="Pairs">The mirrors.</param>
/// <param name="KeyFile">Where the secret of DH-HMAC-CHAP is.</param>
/// <param name="FirstPort">The TCP port of the first drive; each drive has its own, the same on both networks.</param>
/// <param name="IsStrict">Freeze rather than go on with one copy that nobody recorded.</param>
/// <param name="Mountpoint">Where the pool's filesystems are mounted.</param>
internal sealed record MirrorOptions(
    string Site, string Pool, MirrorNode Self, MirrorNode Peer, IReadOnlyList<DrivePair> Pairs, string KeyFile, int FirstPort, bool IsStrict, string Mountpoint)
{
    public const int MostPairs = 24;
    public const int MostSpares = 8;

    /// <summary>This node's drives that wait for one of its others to die.</summary>
    public IReadOnlyList<Guid> Spares { get; init; } = [];

    /// <summary>Where the secret is by which a target proves itself; null: it does not.</summary>
    public string? TargetKeyFile { get; init; }

    /// <summary>The group of Diffie-Hellman that targets ask for; empty: the kernel's own.</summary>
    public string DhGroup { get; init; } = "";

    public const int DefaultPort = 4500;

    // The kernel's number of a port is made of it and has 16 bits.
    public const int LastPort = 32_000;

    public static IReadOnlyList<BackendOption> All { get; } =
    [
        new("site", "A name for this pair of nodes; part of all NVMe names.", true, OptionChecks.Name),
        new("pool", "The pool, which is the unit of this backend.", true, OptionChecks.Pool),
        new("nodes", "Both nodes with an address on each replication network: n1=10.0.1.1+10.0.2.1,n2=10.0.1.2+10.0.2.2", true, OptionChecks.Nodes),
        new("pairs", "1 to 24 mirrors: the PARTUUID on the first node, '/', the one on the second; with commas between.", true, OptionChecks.Pairs),
        new("spares", "Empty drives that take the place of dead ones of the same node: n1=PARTUUID+PARTUUID,n2=PARTUUID", false, OptionChecks.Spares),
        new("key-file", "The file with the secret of both nodes, DHHC-1:…, readable by root only.", true, OptionChecks.Path),
        new("target-key-file", "The file with a second secret, by which targets prove themselves to the writer too; without it they do not.", false, OptionChecks.Path),
        new("dhgroup", "The group of Diffie-Hellman that targets ask for: ffdhe2048, ffdhe3072, ffdhe4096, ffdhe6144 or ffdhe8192; without it the kernel's own.", false, OptionChecks.DhGroup),
        new("port", "The TCP port of the first drive, 4500 by default; the others follow.", false, OptionChecks.Port),
        new("profile", "strict (default): freeze until it is recorded that the peer is out of date; availability: go on, never certified.", false, OptionChecks.Profile),
        new("mountpoint", "Where filesystems are mounted; /nodeagent/BACKEND by default.", false, OptionChecks.Path),
    ];
}
