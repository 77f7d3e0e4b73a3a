using System.Globalization;
using System.Runtime.CompilerServices;
using NodeAgent.Contract;

namespace NodeAgent.Tests.Plugins.Linstor;

/// <summary>
/// One node's DRBD 8.4 with one resource, as drbdadm and drbdsetup show and change it. It refuses what the kernel refuses, and
/// forces what the kernel lets force: what must never be forced is for the code under test to know.
/// </summary>
internal sealed class DrbdModel(string mountinfo) : ICommands
{
    public bool IsThere { get; set; } = true;

    public string Role { get; set; } = "Secondary";

    public string Disk { get; set; } = "UpToDate";

    /// <summary>The disk of a second volume; null: there is none.</summary>
    public string? SecondDisk { get; set; }

    /// <summary>The devices that the files name, one a line; null: those that the kernel has.</summary>
    public string? Named { get; set; }

    /// <summary>Empty: there is no connection to show.</summary>
    public string Connection { get; set; } = "Connected";

    public string PeerRole { get; set; } = "Secondary";

    public string PeerDisk { get; set; } = "UpToDate";

    public string Replication { get; set; } = "Established";

    public string Suspended { get; set; } = "no";

    public long OutOfSync { get; set; }

    public string Fencing { get; set; } = "resource-and-stonith";

    public string Handler { get; set; } = "/bin/false";

    /// <summary>The algorithm that the copies can be compared with; empty: none.</summary>
    public string VerifyAlgorithm { get; set; } = "";

    /// <summary>The name of a second resource whose looks are answered as those of the first; null: there is none.</summary>
    public string? Twin { get; set; }

    public string TwinReplication { get; set; } = "Established";

    /// <summary>How much of a comparison is done, as 9.x tells it: "12.50".</summary>
    public string? Done { get; set; }

    /// <summary>"resync-rate" and "c-max-rate" as the kernel has them.</summary>
    /// <summary>"ping-int", in seconds; 3 is good enough.</summary>
    public string PingInterval { get; set; } = "3";

    public string Address { get; set; } = "10.0.0.1:7789";

    public (string Fixed, string Most) Rates { get; set; } = ("250k", "102400k");

    /// <summary>More options of the disk, as "drbdsetup show" prints them.</summary>
    public string DiskOptions { get; set; } = "";

    public string Extra { get; set; } = "";

    public string Tools { get; set; } = "9.22.0";

    /// <summary>A program that mounts or unmounts while writes wait hangs, cannot be killed, and blocks its lane: as the command runner does it.</summary>
    public bool HangsWhileFrozen { get; set; }

    /// <summary>How often somebody else (udev, multipathd) still has the device open when it is to become secondary.</summary>
    public int Openers { get; set; }

    /// <summary>How often "up" fails: the disk below is not there yet.</summary>
    public int FailsToComeUp { get; set; }

    /// <summary>An "up" that fails leaves the resource there without its disk.</summary>
    public bool LeavesItThere { get; set; }

    /// <summary>The kernel does not let it become primary, not even by force.</summary>
    public bool RefusesForce { get; set; }

    /// <summary>A change of which nobody hears whether it was made: it was.</summary>
    public string? LosesAnswer { get; set; }

    /// <summary>CURRENT:BITMAP:HISTORY:HISTORY and flags.</summary>
    public string Generations { get; set; } = "00000000000000A1:0000000000000000:0000000000000090:0000000000000080:1:1:0:1:0:0:0";

    /// <summary>What "lvs" says that the copy lies on; a path below /dev/zvol: ZFS.</summary>
    public string Segment { get; set; } = "thin";

    public string BackingDevice { get; set; } = "/dev/vg/data";

    /// <summary>What was written to the disk, in one word.</summary>
    public string Data { get; set; } = "same";

    /// <summary>Snapshots of what the copy lies on, each with what it holds.</summary>
    public Dictionary<string, string> Kept { get; } = new(StringComparer.Ordinal);

    /// <summary>What a program says instead of the truth.</summary>
    public (string Tool, string Text)? Says { get; set; }

    /// <summary>It was connected with --discard-my-data.</summary>
    public bool GivesWay { get; set; }

    /// <summary>Generation 9: it has names for connections, options as JSON, and maybe a third node without a disk.</summary>
    public bool IsNine { get; set; }

    /// <summary>Nodes of generation 9 that only vote.</summary>
    public string[] Voters { get; set; } = [];

    /// <summary>Options of generation 9 that are not as they should be, by name.</summary>
    public Dictionary<string, string> Nine { get; } = new(StringComparer.Ordinal);

    /// <summary>A program that begins so does not end before this does.</summary>
    public (string Line, Task Until)? Hangs { get; set; }

    private string? blocked;

    public List<string> Asked { get; } = [];

    /// <summary>Called before a command that begins so.</summary>
    public Dictionary<string, Action> Before { get; } = new(StringComparer.Ordinal);

    /// <summary>After so many more commands the agent is dead: nothing it asks for happens.</summary>
    public int? DiesAfter { get; set; }

    /// <summary>Commands that change something, without the program's name.</summary>
    public IEnumerable<string> Changes => Asked.Where(line => !line.StartsWith("drbdsetup", StringComparison.Ordinal) && !line.Contains(" dump ", StringComparison.Ordinal) && !line.Contains(" sh-minor ", StringComparison.Ordinal) && !line.Contains(" sh-ll-dev ", StringComparison.Ordinal)
        && !line.Contains("--version", StringComparison.Ordinal)).Select(line => line.Replace("drbdadm ", "", StringComparison.Ordinal));

    private bool IsConnected => Connection == "Connected";

    /// <summary>The peer has lost power, and the kernel has noticed.</summary>
    public DrbdModel PeerDies()
    {
        (Connection, PeerRole, PeerDisk, Replication) = ("Connecting", "Unknown", "DUnknown", "Off");
        Suspended = Role == "Primary" ? "fencing" : "no";
        return this;
    }

    /// <summary>The peer is back and has everything; writes that waited were sent to it.</summary>
    public void PeerReturns()
    {
        (Connection, PeerRole, PeerDisk, Replication, Suspended, OutOfSync) = ("Connected", "Secondary", "UpToDate", "Established", "no", 0);
    }

    public async Task<Outcome<CommandResult>> RunAsync(Command command, CancellationToken cancellation)
    {
        var line = $"{command.Tool} {string.Join(' ', command.Arguments)}";
        if (Hangs is { } hangs && line.StartsWith(hangs.Line, StringComparison.Ordinal))
        {
            await hangs.Until.WaitAsync(cancellation);
        }

        return Answer(command, line);
    }

    private Outcome<CommandResult> Answer(Command command, string line)
    {
        if (DiesAfter is { } left && (DiesAfter = left - 1) <= 0)
        {
            return new Fault(FaultCode.TimedOut, "cannot run", "the agent was killed", "", Retry.AfterLook);
        }

        Asked.Add(line);
        foreach (var before in Before.Where(entry => line.StartsWith(entry.Key, StringComparison.Ordinal)).Select(entry => entry.Value).ToList())
        {
            before();
        }

        var result = Hang(command) is { } hung ? hung : new Outcome<CommandResult>(Run(line));
        return LosesAnswer is { } lost && line.Contains(lost, StringComparison.Ordinal)
            ? new Fault(FaultCode.TimedOut, "cannot run", "it took too long", "", Retry.AfterLook) : result;
    }

    private Fault? Hang(Command command)
    {
        if (!HangsWhileFrozen || Suspended == "no")
        {
            blocked = null;
            return null;
        }

        if (command.Lane.Length > 0 && command.Lane == blocked)
        {
            return new Fault(FaultCode.Busy, $"cannot use {blocked}", "a program cannot be killed", "", Retry.Later);
        }

        if (command.Tool is not ("mount" or "umount"))
        {
            return null;
        }

        blocked = command.Lane;
        return new Fault(FaultCode.TimedOut, "cannot run", "it took too long", "", Retry.AfterLook);
    }

    public async IAsyncEnumerable<string> FollowAsync(Command command, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.Yield();
        yield break;
    }

    private CommandResult Run(string asked) => asked.Replace("data:n2", "data", StringComparison.Ordinal).Replace(Twin ?? "data", "data", StringComparison.Ordinal) switch
    {
        _ when Twin is not null && asked == $"drbdadm sh-minor {Twin}" => Said("7\n"),
        "drbdsetup verify 0 --start=0" or "drbdadm verify --start=0 data/0" => Verify(() => Replication = "VerifyS"),
        var line when line.StartsWith("drbdsetup disk-options 0 ", StringComparison.Ordinal) || line.StartsWith("drbdsetup peer-device-options data 0 0 ", StringComparison.Ordinal) =>
            Do(() => Rates = (Word(line, "--resync-rate="), Word(line, "--c-max-rate="))),
        var line when line.StartsWith("drbdsetup net-options ipv4:10.0.0.1:7789 ipv4:10.0.0.2:7789 ", StringComparison.Ordinal) || line.StartsWith("drbdsetup net-options data 0 ", StringComparison.Ordinal) =>
            Do(() => PingInterval = Word(line, "--ping-int=")),
        "drbdsetup verify 7 --start=0" => Verify(() => TwinReplication = "VerifyS"),
        var line when Says is { } says && line.StartsWith($"{says.Tool} ", StringComparison.Ordinal) => Said(says.Text),
        "drbdsetup show --json --show-defaults data" => Said(ShownNine()),
        "drbdsetup events2 --now --statistics all" => Said(Dump()),
        "drbdsetup show --show-defaults data" => Said(Shown()),
        "drbdadm dump data" => Said($"resource data {{\n    net {{\n        protocol           C;\n    }}\n    handlers {{\n        fence-peer       {Handler};\n    }}\n{Extra}\n}}\n"),
        "drbdadm sh-minor data" => Said(Named ?? (SecondDisk is null ? "0\n" : "0\n1\n")),
        "drbdadm --version" => Said($"DRBDADM_API_VERSION=1\nDRBD_KERNEL_VERSION=8.4.11\nDRBDADM_VERSION_CODE=0x091600\nDRBDADM_VERSION={Tools}\n"),
        "drbdadm up data" when FailsToComeUp-- > 0 => ComeUpWithoutDisk(),
        "drbdadm up data" => Do(() => (IsThere, Connection, PeerRole, PeerDisk, Replication, Disk) = (true, "Connecting", "Unknown", "DUnknown", "Off", "Consistent")),
        "drbdadm primary data" => Primary(),
        "drbdadm primary --force data" when RefusesForce => Failed("0: State change failed: (-16) Device does not like it"),
        "drbdadm primary --force data" => Do(() => (Role, Disk, PeerDisk) = ("Primary", "UpToDate", IsConnected ? PeerDisk : "Outdated")),
        "drbdadm secondary data" => IsMounted || Openers-- > 0 ? Failed("0: State change failed: (-12) Device is held open by someone") : Do(() => Role = "Secondary"),
        "drbdadm disconnect data" => Do(() => (Connection, PeerRole, PeerDisk, Replication) = (IsNine ? "StandAlone" : "", "Unknown", IsNine ? "DUnknown" : PeerDisk, "Off")),
        "drbdadm connect data" => Connection is "" or "StandAlone" ? Do(() => Connection = "Connecting") : Failed("Failure: (125) Device has a net-config (use disconnect first)"),
        "drbdadm connect --discard-my-data data" => Connection is not ("" or "StandAlone") ? Failed("Failure: (125) Device has a net-config (use disconnect first)")
            : Role == "Primary" ? Failed("Failure: (123) --discard-my-data not allowed when primary.")
            : Do(() => (Connection, GivesWay) = ("Connecting", true)),
        "drbdadm invalidate data" => Role == "Secondary" && Connection is "" or "StandAlone" ? Do(() => Disk = "Inconsistent") : Failed("0: State change failed: (-15) Need a connection"),
        "drbdadm new-resource data" or "drbdadm sh-new-minor data" => Do(() => (IsThere, Connection, Disk, PeerRole, PeerDisk, Replication) = (true, "", "Diskless", "Unknown", "DUnknown", "Off")),
        "drbdadm attach data" or "drbdadm attach data/0" or "drbdadm attach data/1" when FailsToComeUp-- > 0 => Failed("open(/dev/vg/data) failed: No such file or directory"),
        "drbdadm attach data" when Disk != "Diskless" => Failed("Failure: (124) Device is attached to a disk (use detach first)"),
        "drbdadm attach data" or "drbdadm attach data/0" => Do(() => Disk = "Consistent"),
        "drbdadm attach data/1" => Do(() => SecondDisk = "Consistent"),
        "drbdadm get-gi data/0" => Disk == "Diskless" ? Failed("Device has no disk") : Said(Generations + "\n"),
        "drbdadm sh-ll-dev data/0" or "drbdadm sh-ll-dev data" => Said(BackingDevice + "\n"),
        "drbdadm sh-ll-dev data/1" => Said(BackingDevice + "2\n"),
        "drbdadm sh-ll-dev absent/0" or "drbdadm sh-ll-dev absent" => Failed("'absent' not defined in your config"),
        "lvs --reportformat json --units b --nosuffix --config report/time_format=\"%s\" -o vg_name,lv_name,lv_path,lv_dm_path,lv_time,lv_size,data_percent" => Said(AllVolumes()),
        var line when line.StartsWith("zfs list -H -p ", StringComparison.Ordinal) => Said(string.Concat(Kept.Keys.Select(name => $"{name}\t1750000000\t4096\n"))),
        "lvs --reportformat json -o vg_name,lv_name,segtype -- /dev/vg/data" => Said(Volumes([])),
        "lvs --reportformat json -o vg_name,lv_name,segtype -- vg" => Said(Volumes(Kept.Keys)),
        var line when line.StartsWith("lvcreate --snapshot --name ", StringComparison.Ordinal) => Keep(line.Split(' ')[3]),
        var line when line.StartsWith("zfs list ", StringComparison.Ordinal) => Said(string.Concat(Kept.Keys.Select(name => name + "\n"))),
        var line when line.StartsWith("zfs snapshot ", StringComparison.Ordinal) => Keep(line.Split(' ')[2]),
        "drbdadm resume-io data" => Do(() => Suspended = "no"),
        var line when line.StartsWith("resize2fs ", StringComparison.Ordinal) => Said(""),
        var line when line.StartsWith("mount ", StringComparison.Ordinal) => Do(() => File.AppendAllText(mountinfo, $"40 1 147:0 / {line.Split(' ')[^1]} rw - ext4 /dev/drbd0 rw\n")),
        var line when line.StartsWith("umount ", StringComparison.Ordinal) => Do(() => File.WriteAllLines(mountinfo, [.. File.ReadAllLines(mountinfo).Where(text => !text.Contains("147:0", StringComparison.Ordinal))])),
        _ => throw new InvalidOperationException($"nobody knows '{asked}'"),
    };

    private CommandResult Verify(Action begin) => VerifyAlgorithm.Length == 0 ? Failed("0: State change failed: (-14) Need a verify algorithm to start online verify")
        : !IsConnected ? Failed("0: State change failed: (-15) Need a connection to start verify or resync")
        : Replication != "Established" ? Failed("0: State change failed: (-11) Can not start OV/resync since it is already active")
        : Do(begin);

    private static string Word(string line, string name) => line.Split(' ').Single(word => word.StartsWith(name, StringComparison.Ordinal))[name.Length..];

    private bool IsMounted => File.ReadAllText(mountinfo).Contains("147:0", StringComparison.Ordinal);

    private CommandResult Primary()
    {
        if (IsConnected && PeerRole == "Primary")
        {
            return Failed("0: State change failed: (-1) Multiple primaries not allowed by config");
        }

        if (Disk != "UpToDate" && !(IsConnected && PeerDisk == "UpToDate"))
        {
            return Failed("0: State change failed: (-2) Need access to UpToDate data");
        }

        return !IsConnected && PeerDisk == "DUnknown" ? Failed("0: State change failed: (-7) Refusing to be Primary while peer is not outdated")
            : Do(() => Role = "Primary");
    }

    private string Volumes(IEnumerable<string> kept) =>
        $$"""{"report":[{"lv":[{"vg_name":"vg","lv_name":"data","segtype":"{{Segment}}"}{{string.Concat(kept.Select(name => $$""",{"vg_name":"vg","lv_name":"{{name}}","segtype":"thin"}"""))}}]}]}""";

    private string AllVolumes() =>
        $$"""{"report":[{"lv":[{{string.Join(',', Kept.Keys.Append("data").Select(name => $$"""{"vg_name":"vg","lv_name":"{{name}}","lv_path":"/dev/vg/{{name}}","lv_dm_path":"/dev/mapper/vg-{{name}}","lv_time":"1750000000","lv_size":"8388608","data_percent":"50.00"}"""))}}]}]}""";

    private CommandResult Keep(string name) => Kept.TryAdd(name, Data) ? Said("") : Failed($"{name} is there already");

    private CommandResult ComeUpWithoutDisk()
    {
        if (LeavesItThere)
        {
            (IsThere, Connection, PeerRole, PeerDisk, Replication, Disk) = (true, "Connecting", "Unknown", "DUnknown", "Off", "Diskless");
        }

        return Failed("open(/dev/vg/data) failed: No such file or directory");
    }

    private string Dump()
    {
        if (!IsThere)
        {
            return "exists -\n";
        }

        var text = $"exists resource name:data role:{Role} suspended:{Suspended} write-ordering:flush\n";
        text += Connection.Length == 0 ? "" : $"exists connection name:data peer-node-id:0 conn-name:peer connection:{Connection} role:{PeerRole} congested:no\n";
        text += $"exists device name:data volume:0 minor:0 disk:{Disk} read:10 written:20\n";
        text += Connection.Length == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"exists peer-device name:data peer-node-id:0 conn-name:peer volume:0 replication:{Replication} peer-disk:{PeerDisk} resync-suspended:no received:0 sent:0 out-of-sync:{OutOfSync}{(Done is null ? "" : $" done:{Done}")}\n");
        text += SecondDisk is null ? "" : $"exists device name:data volume:1 minor:1 disk:{SecondDisk} read:10 written:20\n";
        text += SecondDisk is null || Connection.Length == 0 ? "" : $"exists peer-device name:data peer-node-id:0 conn-name:peer volume:1 replication:{Replication} peer-disk:{PeerDisk} resync-suspended:no received:0 sent:0 out-of-sync:0\n";
        text += Twin is null ? "" : $"exists resource name:{Twin} role:{Role} suspended:no\nexists connection name:{Twin} peer-node-id:0 conn-name:peer connection:Connected role:{PeerRole}\nexists device name:{Twin} volume:0 minor:7 disk:UpToDate read:10 written:20\nexists peer-device name:{Twin} peer-node-id:0 conn-name:peer volume:0 replication:{TwinReplication} peer-disk:UpToDate out-of-sync:0\n";
        for (var voter = 0; voter < Voters.Length; voter++)
        {
            text += string.Create(CultureInfo.InvariantCulture, $"exists connection name:data peer-node-id:{voter + 2} conn-name:{Voters[voter]} connection:Connected role:Secondary\nexists peer-device name:data peer-node-id:{voter + 2} conn-name:{Voters[voter]} volume:0 replication:Established peer-disk:Diskless peer-client:no\n");
        }

        return (IsNine ? text.Replace("conn-name:peer", "conn-name:n2", StringComparison.Ordinal) : text) + "exists -\n";
    }

    // Node ids as 9.x gives them; each connection has the options of its own.
    private string ShownNine()
    {
        string Of(string name, string right) => $"\"{name}\":\"{Nine.GetValueOrDefault(name, right)}\"";
        var net = string.Join(',', Of("protocol", "C"), Of("after-sb-0pri", "disconnect"), Of("after-sb-1pri", "disconnect"), Of("after-sb-2pri", "disconnect"), Of("rr-conflict", "retry-connect"), Of("on-congestion", "block"), Of("fencing", "resource-and-stonith"), Of("verify-alg", VerifyAlgorithm));
        var twice = Nine.GetValueOrDefault("allow-two-primaries", "no") == "yes" ? "true" : "false";
        var peers = string.Join(',', Enumerable.Range(1, 1 + Voters.Length).Select(id => $"{{\"_peer_node_id\":{id.ToString(CultureInfo.InvariantCulture)},\"net\":{{{net},\"allow-two-primaries\":{twice},\"resync-rate\":\"{(id == 1 ? Rates.Fixed : "250k")}\",\"c-max-rate\":\"{(id == 1 ? Rates.Most : "102400k")}\",\"ping-int\":{PingInterval},\"timeout\":15,\"connect-int\":2}}}}"));
        return $"[{{\"resource\":\"data\",\"_this_host\":{{\"node-id\":0,\"volumes\":[{{\"volume_nr\":0,\"disk\":{{{Of("on-io-error", "detach")},{Of("disk-barrier", "no")},{Of("disk-flushes", "yes")},{Of("disk-drain", "yes")},{Of("disk-timeout", "0")},{Of("md-flushes", "yes")}}}}}]}},\"options\":{{{Of("auto-promote", "no")},{Of("quorum", Voters.Length > 0 ? "majority" : "off")},{Of("on-no-quorum", "suspend-io")}}},\"connections\":[{peers}]}}]";
    }

    private const string Net =
        """
            net {
                timeout         	20; # 1/10 seconds
                connect-int     	3; # seconds
                ping-int        	PING; # seconds
                protocol        	C;
                allow-two-primaries	no; # default
                after-sb-0pri   	disconnect; # default
                after-sb-1pri   	disconnect; # default
                after-sb-2pri   	disconnect; # default
                rr-conflict     	disconnect; # default
                on-congestion   	block; # default
                verify-alg      	ALGORITHM
            }
        """;

    // A resource that was disconnected has forgotten the options of its connection.
    private string Shown() =>
        $$"""
        resource data {
            options {
                cpu-mask        	""; # default
                on-no-data-accessible	io-error; # default
            }
        {{(Connection.Length == 0 ? "" : Net.Replace("ALGORITHM", VerifyAlgorithm.Length == 0 ? "\"\"; # default" : $"\"{VerifyAlgorithm}\";", StringComparison.Ordinal).Replace("PING", PingInterval, StringComparison.Ordinal))}}
        {{(Connection.Length == 0 ? "" : "    _remote_host {\n        address\t\t\tipv4 10.0.0.2:7789;\n    }")}}
            _this_host {
                address			ipv4 {{Address}};
                volume 0 {
                    device			minor 0;
                    disk			"/dev/loop9";
                    meta-disk			internal;
                    disk {
                        on-io-error     	detach; # default
                        fencing         	{{Fencing}};
                        resync-rate     	{{Rates.Fixed}}; # bytes/second
                        c-max-rate      	{{Rates.Most}}; # bytes/second, default
                        {{DiskOptions}}
                    }
                }
            }
        }
        """;

    private static CommandResult Do(Action change)
    {
        change();
        return Said("");
    }

    private static CommandResult Said(string text) => new(0, text, "", 0, 0);

    private static CommandResult Failed(string text) => new(17, "", text, 0, 0);
}
