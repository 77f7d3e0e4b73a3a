using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using NodeAgent.Contract;
using NodeAgent.Plugins.NvmeMirrorBackend;
using NodeAgent.Plugins.NvmeMirrorBackend.Certificates;
using NodeAgent.Plugins.NvmeMirrorBackend.Names;
using NodeAgent.Tests.Architecture;
using NodeAgent.Tests.Plugins.Zfs;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Plugins.NvmeMirror;

/// <summary>
/// A backend over a folder instead of a kernel: node n1 of n1 and n2, pool tank of two pairs. Programs answer as told.
/// </summary>
internal sealed class MirrorRig : IDisposable
{
    public const string Secret = "DHHC-1:00:c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0:";
    public const string PoolGuid = "6955459348876064018";
    public static readonly UnitId Unit = new(new BackendId("mirror"), "tank");
    private static readonly string[] Allowed = [.. JsonNode.Parse(File.ReadAllText(Path.Combine(Repository.Root, "plugins", "NvmeMirror", "nodeagent.plugin.json")))!["commands"]!.AsArray().Select(tool => tool!.GetValue<string>())];
    private readonly TempFolder folder = new();

    public MirrorRig(string profile = "strict", string zfs = "2.3.9-0+deb13u1", string? spares = null)
    {
        Places = Places.Below(folder["kernel"]);
        foreach (var made in new[] { Places.Target, Places.Class, Places.Partitions, Places.ZfsParameters, Places.ZfsPools, Places.Etc, State })
        {
            Directory.CreateDirectory(made);
        }

        File.WriteAllText(Places.Fabrics, "");
        File.WriteAllText(Places.Connections, "  sl  local_address rem_address   st\n");
        File.WriteAllText(KeyFile, Secret + "\n");
        File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        for (var pair = 0; pair < 2; pair++)
        {
            PlugIn(Local(pair), $"vd{(char)('b' + pair)}");
        }

        Commands.On("zfs version", $"{{\"zfs_version\":{{\"userland\":\"zfs-{zfs}\",\"kernel\":\"zfs-kmod-{zfs}\"}}}}")
            .On("zfs list", """{"datasets":{}}""");
        Backend = Made(profile, spares);
    }

    public Places Places { get; }

    public MemoryNotes Notes { get; } = new();

    public ScriptedCommands Commands { get; } = new();

    public ManualTimeProvider Time { get; } = new();

    public IBackend Backend { get; private set; }

    public bool IsPeerUp { get; set; } = true;

    public IRoles Roles => Backend.Ability<IRoles>()!;

    public IVolumes Volumes => Backend.Ability<IVolumes>()!;

    public IUpkeep Upkeep => Backend.Ability<IUpkeep>()!;

    public NvmeNames Names { get; } = new("site");

    public string KeyFile => folder["key"];

    private string State => folder["state"];

    public static Guid Local(int pair) => new($"00000000-0000-4000-8000-00000000010{pair}");

    public static Guid Remote(int pair) => new($"00000000-0000-4000-8000-00000000020{pair}");

    /// <summary>What "zpool status" tells of a copying.</summary>
    public static string Scan(string state, string function = "RESILVER", int errors = 0, int begun = 5) =>
        $"\"scan_stats\":{{\"function\":\"{function}\",\"state\":\"{state}\",\"start_time\":{begun},\"errors\":{errors},\"issued\":9,\"to_examine\":9,\"skipped\":0}},";

    public static WriteGrant Grant(long epoch, string holder = "n1") => new(Unit, new Epoch(epoch), new NodeId(holder), Instant.Never);

    public Dictionary<string, string> Options(string profile = "strict", string? spares = null) => new(
        spares is null ? [] : [KeyValuePair.Create("spares", spares)], StringComparer.Ordinal)
    {
        ["site"] = "site",
        ["pool"] = "tank",
        ["nodes"] = "n1=10.0.1.1+10.0.2.1,n2=10.0.1.2+10.0.2.2",
        ["pairs"] = $"{Local(0)}/{Remote(0)},{Local(1)}/{Remote(1)}",
        ["key-file"] = KeyFile,
        ["profile"] = profile,
    };

    public Certificate Certificate => NodeAgent.Plugins.NvmeMirrorBackend.Certificates.Certificate.Parse("", Notes.Note.Text).Value;

    /// <summary>What the cluster has agreed.</summary>
    public MirrorRig Agreed(string writer, long epoch, params string[] inSync)
    {
        var certificate = new Certificate(
            new NodeId(writer), new Epoch(epoch), new Epoch(epoch), [.. inSync.ToImmutableSortedSet(StringComparer.Ordinal)], 100, PoolGuid, "told by the test") { ScanBefore = "" };
        Notes.Note = new UnitNote(certificate.ToText(), Notes.Note.Version + 1);
        return this;
    }

    /// <summary>What the cluster knows of the pool's newest scan when a half was last seen to miss something.</summary>
    public MirrorRig ScanBefore(string? begun)
    {
        Notes.Note = new UnitNote((Certificate with { ScanBefore = begun }).ToText(), Notes.Note.Version + 1);
        return this;
    }

    /// <summary>The agent is killed, and another one starts over what is on disk and in the kernel.</summary>
    public void Restart(string? spares = null) => Backend = Made("strict", spares);

    private MirrorBackend Made(string profile, string? spares)
    {
        var context = new BackendContext(Unit.Backend, new NodeId("n1"), Options(profile, spares), State, Commands, Time, new Silence()) { Notes = Notes };
        return new MirrorBackend(context, OptionReading.From(context).Value, Places, (_, _, _) => Task.FromResult(IsPeerUp));
    }

    /// <summary>A partition, its link, and the drive it is on.</summary>
    public void PlugIn(Guid partition, string drive)
    {
        var device = Path.Combine(folder["kernel"], "devices", drive, drive + "1");
        Directory.CreateDirectory(device);
        File.WriteAllText(Path.Combine(device, "partition"), "1");
        File.WriteAllText(Path.Combine(device, "size"), "1000\n");
        Directory.CreateDirectory(Path.Combine(Places.Class, "block"));
        Directory.CreateSymbolicLink(Path.Combine(Places.Class, "block", drive + "1"), device);
        Directory.CreateDirectory(folder["dev"]);
        File.WriteAllText(folder[$"dev/{drive}1"], "");
        File.CreateSymbolicLink(Device(partition), folder[$"dev/{drive}1"]);
    }

    /// <summary>The cluster has agreed on a spare in the place of a drive.</summary>
    public MirrorRig WithSpare(Guid dead, Guid spare)
    {
        Notes.Note = new UnitNote((Certificate with { Spares = Certificate.Spares.SetItem(dead, spare) }).ToText(), Notes.Note.Version + 1);
        return this;
    }

    /// <summary>How large a drive's partition is, in sectors.</summary>
    public void SizeOf(string drive, long sectors) =>
        File.WriteAllText(Path.Combine(folder["kernel"], "devices", drive, drive + "1", "size"), sectors.ToString(CultureInfo.InvariantCulture) + "\n");

    /// <summary>Both paths to a drive of the peer.</summary>
    public void Paths(int pair, string state, string host = "nqn.2026-11.io.nodeagent:site:host:n1:e1") => PathsTo(pair, Remote(pair), state, host);

    /// <summary>The same to a drive that is in the place of the configured one.</summary>
    public void PathsTo(int pair, Guid drive, string state, string host = "nqn.2026-11.io.nodeagent:site:host:n1:e1")
    {
        for (var network = 1; network <= 2; network++)
        {
            var controller = Path.Combine(Places.Class, "nvme", string.Create(CultureInfo.InvariantCulture, $"nvme{(2 * pair) + network}"));
            Directory.CreateDirectory(controller);
            foreach (var (file, text) in new[] { ("subsysnqn", Names.Subsystem(drive)), ("address", $"traddr=10.0.{network}.2,trsvcid=4500"), ("hostnqn", host), ("state", state), ("ctrl_loss_tmo", "off"), ("fast_io_fail_tmo", "off") })
            {
                File.WriteAllText(Path.Combine(controller, file), text + "\n");
            }
        }
    }

    /// <summary>From now on whoever makes a path waits.</summary>
    public HangingFabrics HangingFabrics() => new(Places.Fabrics);

    /// <summary>How often the pool was imported.</summary>
    public int Imports() => Commands.Asked.Count(line => line.StartsWith("zpool import", StringComparison.Ordinal));

    /// <summary>Whether any path was given up.</summary>
    public bool AnyGivenUp => Directory.Exists(Path.Combine(Places.Class, "nvme"))
        && Directory.EnumerateFiles(Path.Combine(Places.Class, "nvme"), "delete_controller", SearchOption.AllDirectories).Any();

    /// <summary>The newest group that is whole on the drives of a pool that is imported.</summary>
    public void Committed(long txg) => File.WriteAllText(Path.Combine(Places.ZfsPools, "tank", "txgs"), $"txg      birth  state  ndirty\n{txg}  2  C  5\n");

    /// <summary>The pool is open here, with both halves.</summary>
    public MirrorRig Opened()
    {
        Imported();
        Paths(0, "live");
        Paths(1, "live");
        PlugInPeer();
        Commands.On("zpool status", Status());
        return this;
    }

    /// <summary>The peer's drives are here.</summary>
    public void PlugInPeer()
    {
        PlugInPeer(Remote(0), "nvme0n");
        PlugInPeer(Remote(1), "nvme1n");
    }

    /// <summary>A drive of the peer is here, over the paths to what the peer exports it as.</summary>
    public void PlugInPeer(Guid partition, string drive)
    {
        PlugIn(partition, drive);
        Directory.CreateDirectory(Path.Combine(Places.Class, "block", drive, "device"));
        File.WriteAllText(Path.Combine(Places.Class, "block", drive, "device", "subsysnqn"), Names.Subsystem(partition) + "\n");
    }

    /// <summary>Where a partition shows.</summary>
    public string Device(Guid partition) => Path.Combine(Places.Partitions, partition.ToString());

    public void Imported(bool isImported = true)
    {
        var kstat = Path.Combine(Places.ZfsPools, "tank");
        if (isImported)
        {
            Directory.CreateDirectory(kstat);
            File.WriteAllText(Path.Combine(kstat, "txgs"), "txg      birth  state  ndirty\n99  1  C  5\n100  2  C  5\n101  3  S  5\n102  4  O  0\n");
        }
        else if (Directory.Exists(kstat))
        {
            Directory.Delete(kstat, recursive: true);
        }
    }

    /// <summary>Gives this node its identity towards ZFS.</summary>
    public void HasHostId(uint id) => File.WriteAllBytes(Path.Combine(Places.Etc, "hostid"), BitConverter.GetBytes(id));

    public static string Label(long txg = 100, int state = 0, string guid = PoolGuid, uint host = 0x0a0b0c02) =>
        $"------------------------------------\nLABEL 0 \n------------------------------------\n    version: 5000\n    name: 'tank'\n    state: {state}\n    txg: 4\n    pool_guid: {guid}\n    hostid: {host}\n    Uberblock[0]\n\ttxg = {txg - 3}\n    Uberblock[1]\n\ttxg = {txg}\n";

    /// <summary>"zpool status" of the pool, the state of each remote leaf given.</summary>
    public static string Status(string first = "ONLINE", string second = "ONLINE", string scan = "", string local = "ONLINE") =>
        "{'output_version':{'command':'zpool status','vers_major':0,'vers_minor':1},'pools':{'tank':{'name':'tank','state':'ONLINE','error_count':0,".Replace('\'', '"')
        + $"\"pool_guid\":{PoolGuid},{scan}\"vdevs\":{{\"tank\":{{\"name\":\"tank\",\"vdev_type\":\"root\",\"state\":\"ONLINE\",\"vdevs\":{{"
        + Mirror(0, first, local) + "," + Mirror(1, second, "ONLINE") + "}}}}}}";

    private static string Mirror(int pair, string remote, string local) =>
        $"\"mirror-{pair}\":{{\"name\":\"mirror-{pair}\",\"state\":\"ONLINE\",\"vdevs\":{{{Leaf(Local(pair), (10 * pair) + 11, local)},{Leaf(Remote(pair), (10 * pair) + 12, remote)}}}}}";

    // In a real agent the plugin may run no other program than its manifest names.
    public void Dispose()
    {
        folder.Dispose();
        Assert.AreEqual("", string.Join(' ', Commands.Commands.Select(command => command.Tool).Except(Allowed, StringComparer.Ordinal)), "not in nodeagent.plugin.json");
    }

    private static string Leaf(Guid partition, int guid, string state) =>
        $$"""
        "{{partition}}":{"name":"{{partition}}","guid":{{guid}},"path":"/dev/disk/by-partuuid/{{partition}}","state":"{{state}}","read_errors":0,"write_errors":{{(state == "FAULTED" ? 3 : 0)}},"checksum_errors":0}
        """;

    private sealed class Silence : IBackendLog
    {
        public void Write(Severity severity, string message)
        {
        }
    }
}
